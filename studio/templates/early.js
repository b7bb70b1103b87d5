if (window.self !== window.top || new URLSearchParams(location.search).has("embed")) {
  document.documentElement.classList.add("embed");
}
