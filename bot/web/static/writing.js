// Writing: sending with Enter, forms in a dialog, and drafts, so that no words are lost with a page.
(() => {
  "use strict";

  const body = document.body;
  const dialog = document.getElementById("dialog");
  const TALLEST = 200;

  const draftOf = (field) => `${field.form.dataset.draft}#${field.name}`;
  const drafted = (form) => form.querySelectorAll("[data-draft] textarea");

  function fit(area) {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, TALLEST)}px`;
  }
  function wrote(area) {
    const { longest, tooLong } = area.dataset;
    area.setCustomValidity(longest && area.value.length > Number(longest) ? tooLong : "");
    if (area.value) sessionStorage.setItem(draftOf(area), area.value);
    else sessionStorage.removeItem(draftOf(area));
    if (area.form.matches("[data-composer]")) fit(area);
  }
  function restore(area) {
    area.value ||= sessionStorage.getItem(draftOf(area)) || ""; // who types before this script runs keeps it
    wrote(area);
  }

  body.addEventListener("input", ({ target }) => target.matches("[data-draft] textarea") && wrote(target));
  body.addEventListener("keydown", (event) => {
    const { target } = event;
    if (event.key !== "Enter" || event.isComposing || !target.matches("[data-draft] textarea")) return;
    const sends = target.form.matches("[data-composer]") ? !event.shiftKey : event.ctrlKey || event.metaKey;
    if (!sends) return;
    event.preventDefault();
    if (target.value.trim()) target.form.requestSubmit();
  });
  document.addEventListener("click", ({ target }) => {
    if (target === dialog || target.closest("[data-close]")) dialog.close();
    if (!target.matches("[data-try]")) return;
    const area = target.closest(".pane").querySelector("[data-composer] textarea");
    area.value = target.textContent;
    wrote(area);
    area.focus();
  });

  body.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target !== dialog) return;
    drafted(dialog).forEach(restore);
    if (!dialog.open) dialog.showModal();
  });
  body.addEventListener("htmx:afterRequest", ({ detail }) => {
    const form = detail.elt;
    if (!detail.successful || !form.matches("[data-draft]")) return;
    for (const area of form.querySelectorAll("textarea")) {
      if (area.value === detail.requestConfig.formData.get(area.name)) area.value = ""; // else it is the next one
      wrote(area);
    }
    if (form.matches("[data-asking]")) return dialog.close();
    const box = form.closest(".pane").querySelector("[data-scroll]");
    box.scrollTop = box.scrollHeight;
  });

  drafted(document).forEach(restore);
  if (window.matchMedia("(min-width: 60em)").matches) {
    const areas = document.querySelectorAll("[data-composer] textarea");
    if (areas.length) areas[areas.length - 1].focus({ preventScroll: true });
  }
})();
