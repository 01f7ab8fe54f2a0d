// Conveniences only: every page works without this file.
(() => {
  "use strict";
  document.documentElement.classList.add("js");

  for (const button of document.querySelectorAll("button[data-copy]")) {
    const said = button.textContent;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(source.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(source);
        button.textContent = "Selected";
      }
      setTimeout(() => { button.textContent = said; }, 2000);
    });
  }

  for (const button of document.querySelectorAll("button[data-select-all]")) {
    const form = button.form;
    const boxes = [...form.querySelectorAll(`input[name="${button.dataset.selectAll}"]`)];
    const count = form.querySelector("[data-selected-count]");
    const show = () => {
      const chosen = boxes.filter((box) => box.checked).length;
      button.textContent = chosen === boxes.length ? "Clear all" : "Select all";
      count.textContent = `${chosen} of ${boxes.length} selected`;
    };
    button.addEventListener("click", () => {
      const every = boxes.every((box) => box.checked);
      for (const box of boxes) box.checked = !every;
      show();
    });
    form.addEventListener("change", show);
    show();
    addEventListener("pageshow", show);
  }

  // Buttons are not disabled: a disabled submitter would drop its own name and value.
  for (const form of document.querySelectorAll("form[data-once]")) {
    const release = () => { form.removeAttribute("aria-busy"); };
    form.addEventListener("submit", (event) => {
      if (form.hasAttribute("aria-busy")) { event.preventDefault(); return; }
      form.setAttribute("aria-busy", "true");
      // A redirect to an app's own scheme leaves this page standing.
      setTimeout(release, 10000);
    });
    addEventListener("pageshow", release);
  }

  for (const time of document.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.valueOf())) continue;
    time.title = time.dateTime;
    time.textContent = moment.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  }
})();
