// The page of `steepest watch`. The server tells the whole state of all films after each change; the
// page keeps its place: a film, a beat in it, and the seconds since that beat began.
"use strict";

const find = (selector) => document.querySelector(selector);
const videos = [...document.querySelectorAll("video")];
const SPEEDS = [1, 1.5, 2, 0.5];
const KEPT = "steepest-place";

let state = null;
let place = { film: null, beat: null, at: 0 };
let front = videos[0];
let playing = false;
let speed = 1;
let jumped = null;
let loading = null;

function word(english) {
  return (state && state.words[english]) || english;
}

function film() {
  return state && (state.films.find((each) => each.name === place.film) || state.films[0]);
}

function beatNumber(name) {
  return film() ? film().beats.findIndex((beat) => beat.name === name) : -1;
}

function clock(seconds) {
  const whole = Math.floor(seconds + 1e-6);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

// What is to be shown after a state was told

// The first beat that was edited comes on the screen, unless one of those edited is there already.
// Where all of a film may have changed, the place stays what it is.
function follow(jump) {
  const first = jumped === null;
  if (!jump || jump.id === jumped) {
    jumped ??= "";
    return;
  }
  jumped = jump.id;
  if (first || !find("#follow input").checked) return;
  const elsewhere = jump.film !== place.film;
  if (!elsewhere && (jump.beats.length === 0 || jump.beats.includes(place.beat))) return;
  place = { film: jump.film, beat: jump.beats[0] || null, at: 0 };
  playing = true;
}

function take(told) {
  state = told;
  document.documentElement.lang = told.language;
  document.documentElement.dataset.theme = told.theme;
  if (!told.films.some((each) => each.name === place.film)) place = { film: null, beat: null, at: 0 };
  if (place.film === null) place.film = told.films.length ? told.films[0].name : null;
  follow(told.jump);
  if (beatNumber(place.beat) < 0) {
    const beats = film() ? film().beats : [];
    place.beat = beats.length ? beats[0].name : null;
    place.at = 0;
  }
  show();
}

// Bring the clip of the place on the screen. A new one is made ready behind the one that is shown.
function show() {
  const beat = film() && film().beats[beatNumber(place.beat)];
  paint();
  if (!beat || !beat.url) return;
  if (front.dataset.url === beat.url && loading === null) {
    if (Math.abs(front.currentTime - place.at) > 0.05) front.currentTime = within(place.at, front);
    keepGoing(front);
    return;
  }
  if (loading === beat.url) return;
  loading = beat.url;
  const behind = videos[1 - videos.indexOf(front)];
  behind.hidden = false;
  behind.className = "behind";
  behind.dataset.url = beat.url;
  behind.onloadedmetadata = () => {
    behind.currentTime = within(place.at, behind);
  };
  behind.onseeked = behind.onloadeddata = () => {
    if (behind.readyState < 2 || behind.seeking || behind.dataset.url !== loading) return;
    behind.onseeked = behind.onloadeddata = null;
    loading = null;
    front.pause();
    front.className = "behind";
    behind.className = "";
    front = behind;
    keepGoing(front);
    paint();
  };
  behind.onerror = () => {
    loading = null;
    front.dataset.url = "";
  };
  behind.src = beat.url;
}

function within(seconds, video) {
  const last = Math.max(0, (video.duration || 0) - 0.01);
  return Math.min(seconds, last);
}

function keepGoing(video) {
  video.playbackRate = speed;
  if (playing && video.paused && !video.ended) video.play().catch(() => setPlaying(false));
  if (!playing && !video.paused) video.pause();
}

function setPlaying(on) {
  playing = on;
  if (on && front.ended) {
    const next = beatNumber(place.beat) === film().beats.length - 1 ? 0 : beatNumber(place.beat);
    go(next, 0);
  }
  keepGoing(front);
  paint();
}

function go(number, at) {
  const beat = film() && film().beats[number];
  if (!beat) return;
  place = { film: film().name, beat: beat.name, at };
  keep();
  tellPlace();
  show();
}

// The place, kept where the page finds it when it is loaded again, and told to the server

function keep() {
  const kept = { ...place, playing, speed, jumped };
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
  } catch {
    // A page without storage begins at the beginning.
  }
}

function restore() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
    if (!kept) return;
    place = { film: kept.film, beat: kept.beat, at: kept.at };
    playing = Boolean(kept.playing);
    speed = SPEEDS.includes(kept.speed) ? kept.speed : 1;
    jumped = kept.jumped ?? null;
  } catch {
    // As above.
  }
}

function tellPlace() {
  const body = JSON.stringify({ film: place.film, beat: place.beat });
  fetch("/place", { method: "POST", headers: { "Content-Type": "application/json" }, body }).catch(() => {});
}

// What is seen besides the picture

function paint() {
  const now = film();
  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = word(element.dataset.word);
  }
  find("#play").textContent = word(playing ? "Pause" : "Play");
  find("#bar").setAttribute("aria-label", word("Place in the film"));
  find("#speed").textContent = `${speed}×`;
  find("#speed").setAttribute("aria-label", `${word("Speed")} ${speed}`);
  find("nav").setAttribute("aria-label", word("Beats"));
  if (!now) return;
  document.title = `${now.error ? "✗ " : now.work || now.beats.some((b) => b.drawing) ? "… " : ""}${now.name}`;
  find("#nothing").hidden = Boolean(front.dataset.url);
  paintError(now);
  paintBeats(now);
  paintFilms();
  const beat = now.beats[beatNumber(place.beat)];
  const badge = find("#badge");
  badge.hidden = !beat || !beat.quality;
  if (beat) {
    badge.dataset.quality = beat.quality;
    badge.textContent = word(qualityWord(beat));
  }
  find("#work").textContent = now.work ? `${word("full")}: ${now.work}` : "";
  paintTime();
}

function qualityWord(beat) {
  return beat.quality === "old" ? "before the edit" : beat.quality;
}

function paintError(now) {
  const panel = find("#error");
  panel.hidden = !now.error;
  if (!now.error) return;
  panel.querySelector(".note").textContent = front.dataset.url
    ? word("The film is broken; this is what it was before.")
    : "";
  for (const part of ["what", "where", "trace"]) {
    panel.querySelector(`.${part}`).textContent = now.error[part];
  }
}

function paintBeats(now) {
  const list = find("#beats");
  while (list.children.length > now.beats.length) list.lastChild.remove();
  now.beats.forEach((beat, number) => {
    let item = list.children[number];
    if (!item) {
      item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.append(document.createElement("span"), document.createElement("small"));
      button.onclick = () => go(number, 0);
      item.append(button);
      list.append(item);
    }
    const button = item.firstChild;
    button.className = `${beat.quality} ${beat.drawing ? "drawing" : ""}`;
    button.firstChild.textContent = beat.title;
    button.lastChild.textContent = beat.drawing
      ? word("being drawn")
      : beat.quality === "full" || !beat.quality
        ? clock(beat.seconds)
        : word(qualityWord(beat));
    if (beat.name === place.beat) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  });
}

function paintFilms() {
  const choice = find("#choice");
  const select = choice.querySelector("select");
  choice.hidden = state.films.length < 2;
  const names = state.films.map((each) => each.name);
  if ([...select.options].map((option) => option.value).join() !== names.join()) {
    select.replaceChildren(...names.map((name) => new Option(name, name)));
  }
  select.value = film().name;
}

function paintTime() {
  const beats = film() ? film().beats : [];
  const whole = beats.reduce((sum, beat) => sum + beat.seconds, 0);
  const before = beats
    .slice(0, Math.max(0, beatNumber(place.beat)))
    .reduce((sum, beat) => sum + beat.seconds, 0);
  const now = before + place.at;
  const bar = find("#bar");
  bar.max = String(Math.max(whole, 0.001));
  if (document.activeElement !== bar || playing) bar.value = String(now);
  bar.setAttribute("aria-valuetext", `${clock(now)} / ${clock(whole)}`);
  find("#time").textContent = `${clock(now)} / ${clock(whole)}`;
}

function goToTime(seconds) {
  const beats = film() ? film().beats : [];
  for (let number = 0; number < beats.length; number += 1) {
    if (seconds < beats[number].seconds || number === beats.length - 1) {
      go(number, Math.max(0, seconds));
      return;
    }
    seconds -= beats[number].seconds;
  }
}

// What the user and the videos do

for (const video of videos) {
  video.ontimeupdate = () => {
    if (video !== front || loading !== null) return;
    place.at = video.currentTime;
    keep();
    paintTime();
  };
  video.onended = () => {
    if (video !== front) return;
    const next = beatNumber(place.beat) + 1;
    if (playing && next < film().beats.length) go(next, 0);
    else setPlaying(false);
  };
}

find("#play").onclick = () => setPlaying(!playing);
find("#picture").onclick = (event) => {
  if (!event.target.closest("#error")) setPlaying(!playing);
};
find("#bar").oninput = (event) => goToTime(Number(event.target.value));
find("#speed").onclick = () => {
  speed = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length];
  front.playbackRate = speed;
  paint();
};
find("#choice select").onchange = (event) => {
  place = { film: event.target.value, beat: null, at: 0 };
  take(state);
  tellPlace();
};

document.onkeydown = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest("button, input, select");
  const number = beatNumber(place.beat);
  if (event.key === " " && !typing) setPlaying(!playing);
  else if (event.key === "ArrowRight" && !typing) go(number + 1, 0);
  else if (event.key === "ArrowLeft" && !typing) go(place.at > 1 ? number : Math.max(0, number - 1), 0);
  else return;
  event.preventDefault();
};

restore();
paint();
const events = new EventSource("/events");
events.onmessage = (event) => take(JSON.parse(event.data));
events.onopen = () => tellPlace();
events.onerror = () => {
  find("#work").textContent = word("The watch has ended. Start it again, then reload this page.");
};
