// The few things a page cannot do without a script: hearing of changes, keeping its place, sending with Enter.
(() => {
  "use strict";

  const body = document.body;
  const toast = document.getElementById("toast");
  const dialog = document.getElementById("dialog");
  const live = document.querySelector("[data-lines]") || document.getElementById("list") || document.getElementById("clock");

  // --- changes: one stream for the tab in front; a hidden tab lets go of it, browsers allow six in all ---
  let stream = null;
  function listen() {
    if (!live || document.hidden || stream) return;
    stream = new EventSource("/live");
    stream.addEventListener("open", () => say(""));
    stream.addEventListener("changed", () => htmx.trigger(body, "changed"));
    stream.addEventListener("error", () => say(toast.dataset.offline));
  }
  function rest() {
    if (stream) stream.close();
    stream = null;
  }
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : listen()));
  window.addEventListener("pagehide", rest);
  window.addEventListener("pageshow", listen);

  function say(words) {
    if (toast.textContent !== words) toast.textContent = words;
  }

  // --- keeping the reader's place: at the end one follows, further up one stays ---
  const AT_END = 48;
  const scrolls = [...document.querySelectorAll("[data-scroll]")];
  const toEnd = (box) => { box.scrollTop = box.scrollHeight; };
  const scrollOf = (element) => element.closest("[data-scroll]");
  const following = new WeakMap();
  const versions = new WeakMap();

  body.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const list = detail.target;
    if (!list.matches("[data-lines]")) return;
    const box = scrollOf(list);
    following.set(box, box.scrollHeight - box.scrollTop - box.clientHeight < AT_END);
    versions.set(list, new Map([...list.children].map((line) => [line.id, line.dataset.change])));
  });
  body.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target.id === "dialog") return open();
    const list = detail.target;
    if (!list.matches("[data-lines]")) return;
    const before = versions.get(list) || new Map();
    for (const line of list.children) {
      const known = before.get(line.id);
      line.classList.toggle("changed", known !== undefined && known !== line.dataset.change);
    }
    if (following.get(scrollOf(list))) toEnd(scrollOf(list));
  });
  scrolls.forEach(toEnd);
  if (document.fonts) document.fonts.ready.then(() => scrolls.forEach(toEnd));

  // --- writing ---
  const fit = (area) => {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, 200)}px`;
  };
  body.addEventListener("input", ({ target }) => target.matches("[data-composer] textarea") && fit(target));
  body.addEventListener("keydown", (event) => {
    const { target } = event;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && target.matches("[data-composer] textarea")) {
      event.preventDefault();
      if (target.value.trim()) target.form.requestSubmit();
    }
    if (event.key === "Escape") document.querySelectorAll("details.menu[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
  document.addEventListener("click", ({ target }) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => menu.contains(target) || (menu.open = false));
    if (target === dialog || target.closest("[data-close]")) dialog.close();
  });

  // --- forms ---
  function open() {
    if (!dialog.open) dialog.showModal();
  }
  body.addEventListener("htmx:configRequest", ({ detail }) => {
    if (document.hidden) detail.parameters.hidden = "1";
  });
  body.addEventListener("htmx:afterRequest", ({ detail }) => {
    const form = detail.elt;
    if (detail.successful && form.matches("[data-composer]")) {
      form.reset();
      fit(form.querySelector("textarea"));
      toEnd(form.closest(".pane").querySelector("[data-scroll]"));
    }
    if (detail.successful && form.matches("[data-asking]")) dialog.close();
  });
  body.addEventListener("htmx:responseError", ({ detail }) => {
    const problem = detail.elt.querySelector(".problem");
    let words = toast.dataset.failed;
    try {
      const told = JSON.parse(detail.xhr.responseText).detail;
      if (typeof told === "string") words = told;
    } catch { /* no JSON: the general words do */ }
    if (problem) {
      problem.textContent = words;
      problem.hidden = false;
    } else {
      say(words);
      setTimeout(() => say(""), 6000);
    }
  });

  if (window.matchMedia("(min-width: 60em)").matches) {
    const areas = document.querySelectorAll("[data-composer] textarea");
    if (areas.length) areas[areas.length - 1].focus({ preventScroll: true });
  }
  listen();
})();
