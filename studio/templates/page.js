"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const film = JSON.parse(byId("film").textContent);
  const beats = film.beats;
  const frame = 1 / film.frame_rate;
  const MOMENT = 2; // seconds
  const BLINK = 0.08;
  const asked = new URLSearchParams(location.search);
  const root = document.documentElement;
  const [player, video, position] = ["player", "video", "position"].map(byId);
  const chapters = [...byId("chapters").querySelectorAll("button")];
  const say = (words, parts = {}) => words.replace(/\{(\w+)\}/g, (_, name) => parts[name]);
  const clock = (seconds) => {
    const whole = Math.floor(seconds + 1e-6);
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  };

  // Where we are. A beat's frames are shown from `begins` on, its last one in the middle of the
  // frame's time at `lastPicture`: there no rounding can show a neighbour.

  const lastPicture = (beat) => beats[beat].ends - frame / 2;
  const beatAt = (time) => Math.max(0, beats.findLastIndex((beat) => beat.begins <= time + frame / 10));
  const isOver = () => video.currentTime > lastPicture(beats.length - 1) - frame / 4;
  let steps = asked.has("step");

  // In step mode playing goes on to the end of a beat, stops a moment before it could go too far, and
  // shows the beat's last frame.

  function stopTime({ begins, ends }) {
    const moment = Math.max(1.5 * frame, BLINK) * Math.max(1, video.playbackRate);
    return ends - Math.min(moment, (ends - begins) / 2);
  }
  const nextStop = (time) => beats.findIndex((beat) => time < stopTime(beat));
  let stop = -1;

  function show(beat) {
    video.pause();
    seek(lastPicture(beat));
    const words = beat === beats.length - 1 ? film.words.the_end : film.words.paused;
    const parts = { number: beat + 1, count: beats.length, title: beats[beat].title };
    byId("status").textContent = say(words, parts);
  }

  function checkStop() {
    if (steps && !video.paused && stop >= 0 && video.currentTime >= stopTime(beats[stop])) {
      show(stop);
    }
  }

  function goOn() {
    if (isOver()) seek(0);
    video.play().catch(() => {}); // a pause that comes first, or trouble, which is told below
  }

  function toggle() {
    if (video.paused) goOn();
    else video.pause();
  }

  function seek(time) {
    stop = nextStop(time); // at once: else playing on would be stopped where it was to stop before
    video.currentTime = time;
  }

  function goTo(beat) {
    seek(beats[beat].begins);
    draw();
  }

  function next() {
    const beat = beatAt(video.currentTime);
    if (!steps) {
      if (beat + 1 < beats.length) goTo(beat + 1);
    } else if (!video.paused) {
      show(stop < 0 ? beats.length - 1 : stop);
    } else if (!isOver()) {
      goOn();
    }
  }

  function before() {
    const beat = beatAt(video.currentTime);
    const seen = video.currentTime - beats[beat].begins;
    if (!steps) {
      goTo(seen > MOMENT ? beat : Math.max(0, beat - 1));
    } else if (beat > 0) {
      show(beat - 1);
    } else {
      video.pause();
      goTo(0);
    }
  }

  function setSteps(on) {
    steps = on;
    stop = nextStop(video.currentTime);
    byId("step").setAttribute("aria-pressed", String(on));
  }

  // What is seen of it.

  const parts = beats.map((beat) => {
    const part = document.createElement("span");
    part.style.flexGrow = beat.ends - beat.begins;
    byId("parts").append(part);
    return part.appendChild(document.createElement("i"));
  });
  let current = -1;
  let held = false; // the thumb, by a hand

  function draw() {
    const time = held ? Number(position.value) : video.currentTime;
    const beat = beatAt(time);
    beats.forEach(({ begins, ends }, number) => {
      const share = Math.min(1, Math.max(0, (time - begins) / (ends - begins)));
      parts[number].style.transform = `scaleX(${share})`;
    });
    if (!held) position.value = time;
    byId("clock").textContent = clock(time);
    if (beat !== current) {
      current = beat;
      chapters.forEach((chapter) => chapter.removeAttribute("aria-current"));
      chapters[beat].setAttribute("aria-current", "true");
      keepInSight(chapters[beat].parentElement);
      drawCaption();
    }
    const told = { time: clock(time), length: clock(film.duration), title: beats[beat].title };
    position.setAttribute("aria-valuetext", say(film.words.position, told));
  }

  function keepInSight(item) { // moves the list alone, never the page
    const list = item.parentElement;
    if (list.scrollHeight <= list.clientHeight + 1) return;
    const above = item.offsetTop - list.offsetTop;
    const middle = above - (list.clientHeight - item.offsetHeight) / 2;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    list.scrollTo({ top: middle, behavior: calm ? "auto" : "smooth" });
  }

  function drawPlaying() {
    player.classList.toggle("playing", !video.paused);
    byId("play").setAttribute("aria-label", video.paused ? film.words.play : film.words.pause);
  }

  function run() {
    checkStop();
    draw();
    if (!video.paused) requestAnimationFrame(run);
  }

  // Captions stand below the picture, since the film shows its own at the foot. The cues are for
  // where a browser shows the bare video: full screen on phones, a picture in the picture.

  const tracks = Object.entries(film.languages).map(([language, name]) => {
    const track = video.addTextTrack("captions", name, language);
    for (const { begins, ends, captions } of beats) {
      const words = document.createElement("i");
      words.textContent = captions[language];
      if (captions[language]) track.addCue(new VTTCue(begins, ends, words.innerHTML));
    }
    return track;
  });

  function drawCaption() {
    const language = byId("captions").value;
    const caption = byId("caption");
    caption.hidden = !language;
    caption.lang = language || root.lang;
    caption.textContent = language ? beats[Math.max(0, current)].captions[language] : "";
  }

  function setCaptions(language) {
    byId("captions").value = language in film.languages ? language : "";
    drawCaption();
    showCues(document.pictureInPictureElement === video);
  }

  function showCues(bare) {
    for (const track of tracks) {
      const chosen = track.language === byId("captions").value;
      track.mode = chosen ? (bare ? "showing" : "hidden") : "disabled";
    }
  }

  for (const kind of ["webkitbeginfullscreen", "enterpictureinpicture"]) {
    video.addEventListener(kind, () => showCues(true));
  }
  for (const kind of ["webkitendfullscreen", "leavepictureinpicture"]) {
    video.addEventListener(kind, () => showCues(false));
  }

  function nextCaptions() {
    const choices = [...byId("captions").options].map((option) => option.value);
    const place = choices.indexOf(byId("captions").value);
    setCaptions(choices[(place + 1) % choices.length]);
  }

  function setSpeed(speed) {
    const options = [...byId("speed").options];
    if (!options.some((option) => Number(option.value) === speed)) return;
    byId("speed").value = String(speed);
    video.defaultPlaybackRate = video.playbackRate = speed;
  }

  // The single file's video stands in the page as text. Not every browser seeks in a data: URL, and
  // some have a limit for it; a blob has neither.

  const inline = /^data:([^;,]+);base64,(.*)$/s.exec(video.getAttribute("src"));
  if (inline) {
    const letters = atob(inline[2]);
    const bytes = new Uint8Array(letters.length);
    for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i);
    video.src = URL.createObjectURL(new Blob([bytes], { type: inline[1] }));
  }

  video.addEventListener("play", () => {
    stop = nextStop(video.currentTime);
    byId("status").textContent = "";
    drawPlaying();
    requestAnimationFrame(run);
  });
  video.addEventListener("pause", drawPlaying);
  video.addEventListener("timeupdate", () => {
    checkStop(); // no frames are asked for in a tab that is not seen
    draw();
  });
  video.addEventListener("seeked", () => {
    stop = nextStop(video.currentTime);
    draw();
  });
  video.addEventListener("ratechange", () => {
    stop = nextStop(video.currentTime);
  });
  video.addEventListener("error", () => {
    byId("trouble").textContent = film.words.trouble;
    byId("trouble").hidden = false;
  });

  // Hands. What was pressed by a pointer gives the keys back to the player.

  let pointed = false;
  document.addEventListener("pointerdown", () => { pointed = true; }, true);
  document.addEventListener("keydown", () => { pointed = false; }, true);

  function onUse(id, kind, act) {
    byId(id).addEventListener(kind, (event) => {
      act(event);
      if (pointed) player.focus({ preventScroll: true });
    });
  }

  onUse("video", "click", toggle);
  onUse("play", "click", toggle);
  onUse("next", "click", next);
  onUse("before", "click", before);
  onUse("step", "click", () => setSteps(!steps));
  onUse("full", "click", toggleFull);
  onUse("captions", "change", (event) => setCaptions(event.target.value));
  onUse("speed", "change", (event) => setSpeed(Number(event.target.value)));
  chapters.forEach((chapter, beat) => chapter.addEventListener("click", () => {
    goTo(beat);
    goOn();
    if (pointed) player.focus({ preventScroll: true });
  }));

  position.addEventListener("input", () => {
    held = pointed;
    seek(Number(position.value));
    draw();
  });
  position.addEventListener("change", () => {
    held = false;
    seek(Number(position.value));
    if (pointed) player.focus({ preventScroll: true });
  });
  position.addEventListener("pointercancel", () => { held = false; });
  position.addEventListener("pointermove", (event) => {
    const { left, width } = position.getBoundingClientRect();
    const time = Math.min(1, Math.max(0, (event.clientX - left) / width)) * film.duration;
    const bubble = byId("bubble");
    bubble.hidden = false;
    bubble.textContent = `${clock(time)}  ${beats[beatAt(time)].title}`;
    const middle = event.clientX - left - bubble.offsetWidth / 2;
    const room = width - bubble.offsetWidth;
    bubble.style.transform = `translateX(${Math.min(Math.max(0, middle), room)}px)`;
  });
  position.addEventListener("pointerleave", () => { byId("bubble").hidden = true; });

  function toggleFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (player.requestFullscreen) player.requestFullscreen();
    else video.webkitEnterFullscreen();
  }

  // Keys. Letters count only where the player has the focus; a clicker sends PageUp and PageDown.

  const keys = { " ": toggle, ArrowRight: next, ArrowLeft: before };
  const pages = { PageDown: next, PageUp: before };
  const letters = { s: () => setSteps(!steps), c: nextCaptions, f: toggleFull, k: toggle };
  const ownKeys = [ // what a control does itself with a key
    ["textarea, a", [" ", "ArrowLeft", "ArrowRight", "PageUp", "PageDown"]],
    ["select", [" ", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "s", "c", "f", "k"]],
    ["button", [" "]],
  ];

  position.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const time = video.currentTime + way * MOMENT;
    seek(Math.min(Math.max(0, time), lastPicture(beats.length - 1)));
    draw();
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    const at = event.target instanceof Element ? event.target : document.body;
    if (ownKeys.some(([kind, theirs]) => at.matches(kind) && theirs.includes(event.key))) return;
    const embedded = root.classList.contains("embed");
    const inPlayer = embedded || player.contains(at);
    const act = keys[event.key] || (steps || embedded ? pages[event.key] : undefined)
      || (inPlayer ? letters[event.key.toLowerCase()] : undefined);
    if (!act) return;
    event.preventDefault();
    if (event.repeat && act !== next && act !== before) return;
    act();
  });

  // Copying; where the clipboard is refused, the text stands selected.

  for (const button of document.querySelectorAll("[data-copies]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = byId(button.dataset.copies);
      let words = film.words.copied;
      try {
        await navigator.clipboard.writeText(text.value);
      } catch {
        text.focus();
        text.select();
        if (!document.execCommand("copy")) words = film.words.selected;
      }
      const usual = film.words.copy;
      button.textContent = words;
      setTimeout(() => { button.textContent = usual; }, 3000);
    });
  }

  // The beginning.

  video.controls = false;
  for (const id of ["controls", "keys"]) byId(id).hidden = false;
  byId("full").hidden = !(document.fullscreenEnabled || video.webkitEnterFullscreen);
  setSteps(steps);
  setCaptions(asked.get("captions") || "");
  setSpeed(Number(asked.get("speed") || 1));
  function openAtHash() {
    const beat = beats.findIndex(({ name }) => `#${encodeURIComponent(name)}` === location.hash);
    if (beat >= 0) goTo(beat);
  }
  addEventListener("hashchange", openAtHash);
  video.addEventListener("loadedmetadata", openAtHash, { once: true });
  if (video.readyState > 0) openAtHash();
  drawPlaying();
  draw();
})();
