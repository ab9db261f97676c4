// The few things a page cannot do without a script: hearing of changes, keeping its place, opening an answer.
(() => {
  "use strict";

  const body = document.body;
  const toast = document.getElementById("toast");
  const list = document.getElementById("list");

  function say(words) {
    if (toast.textContent !== words) toast.textContent = words;
  }

  // --- changes: browsers allow six connections in all, so one tab listens and tells the others ---
  const tabs = new BroadcastChannel("casebell");
  let missed = false;
  function heard(news) {
    if (news === "lost") return say(toast.dataset.offline);
    if (news === "found") return say("");
    missed = document.hidden;
    htmx.trigger(body, missed ? "unread" : "changed");
  }
  function tell(news) {
    tabs.postMessage(news);
    heard(news);
  }
  function listen() {
    const stream = new EventSource("/live");
    stream.addEventListener("open", () => { tell("found"); tell("changed"); }); // what came before it opened
    stream.addEventListener("changed", () => tell("changed"));
    stream.addEventListener("error", () => tell("lost"));
    window.addEventListener("pagehide", () => stream.close());
    return new Promise(() => {}); // the lock is kept until the page goes, then another tab has it
  }
  tabs.addEventListener("message", ({ data }) => heard(data));
  document.addEventListener("visibilitychange", () => missed && heard("changed"));
  if (document.getElementById("clock")) navigator.locks.request("casebell", listen);

  // --- what is unread shows in the tab's title ---
  const title = document.title;
  function count() {
    const unread = [...list.querySelectorAll(".unread [aria-hidden]")].reduce((sum, mark) => sum + Number(mark.textContent), 0);
    document.title = unread ? `(${unread}) ${title}` : title;
  }
  if (list) count();

  // --- keeping the reader's place: at the end one follows, further up one stays ---
  const AT_END = 48;
  const scrolls = [...document.querySelectorAll("[data-scroll]")];
  const toEnd = (box) => { box.scrollTop = box.scrollHeight; };
  const scrollOf = (element) => element.closest("[data-scroll]");
  const following = new WeakMap();
  const versions = new WeakMap();

  body.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const lines = detail.target;
    if (!lines.matches("[data-lines]")) return;
    const box = scrollOf(lines);
    following.set(box, box.scrollHeight - box.scrollTop - box.clientHeight < AT_END);
    versions.set(lines, new Map([...lines.children].map((line) => [line.id, line.dataset.change])));
  });
  body.addEventListener("htmx:afterSwap", ({ detail }) => {
    const lines = detail.target;
    if (lines === list) return count();
    if (!lines.matches("[data-lines]")) return;
    const before = versions.get(lines) || new Map();
    for (const line of lines.children) {
      const known = before.get(line.id);
      line.classList.toggle("changed", known !== undefined && known !== line.dataset.change);
    }
    if (following.get(scrollOf(lines))) toEnd(scrollOf(lines));
    openAnswer();
  });
  document.addEventListener("load", ({ target }) => {  // a picture takes its room once it is there
    const box = target.tagName === "IMG" && scrollOf(target);
    if (box && following.get(box) !== false) toEnd(box);
  }, true);

  scrolls.forEach(toEnd);
  if (document.fonts) document.fonts.ready.then(() => scrolls.forEach(toEnd));

  // --- what somebody said or pressed here is answered in a thread: it opens beside, where there is room ---
  const BESIDE = window.matchMedia("(min-width: 68em)");
  const PATIENCE = 15_000;
  let awaited = null;
  const answers = (line) => document.querySelector(`#l${line} > .line .replies`);
  const counted = (line) => Number(answers(line)?.dataset.count || 0);
  const writing = () => document.querySelector("dialog[open]") || [...document.querySelectorAll("[data-composer] textarea")].some((area) => area.value);

  function awaitAnswer({ line, thread }) {
    if (line && !thread) awaited = { line, count: counted(line), until: Date.now() + PATIENCE };
  }
  function openAnswer() {
    if (!awaited || counted(awaited.line) <= awaited.count) return;
    const { line, until } = awaited;
    awaited = null;
    const address = answers(line).href;
    if (BESIDE.matches && Date.now() < until && !writing() && address !== location.href) location.assign(address);
  }
  body.addEventListener("said", ({ detail }) => awaitAnswer(detail));
  body.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (detail.requestConfig.path.endsWith("/press")) awaitAnswer(Object.fromEntries(detail.requestConfig.formData));
  });

  // --- menus and notices ---
  const menus = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") menus().forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
  document.addEventListener("click", ({ target }) => {
    menus().forEach((menu) => menu.contains(target) || (menu.open = false));
    if (target.closest("[data-dismiss]")) target.closest("[role=status]").replaceChildren();
  });
  body.addEventListener("htmx:configRequest", ({ detail }) => {
    if (document.hidden) detail.parameters.hidden = "1";
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
  body.addEventListener("htmx:sendError", () => {
    say(toast.dataset.failed);
    setTimeout(() => say(""), 6000);
  });
})();
