// Conveniences only: every page works without this file.
(() => {
  "use strict";
  document.documentElement.classList.add("js");

  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(source.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(source);
        button.textContent = "Selected";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
  }

  for (const link of document.querySelectorAll("a[data-popup]")) {
    link.addEventListener("click", (event) => {
      const popup = window.open(link.href, link.target, "popup,width=480,height=760");
      // A blocked pop-up leaves the link to do its own work in a tab.
      if (!popup) return;
      event.preventDefault();
      addEventListener("message", (message) => {
        if (message.origin === location.origin && message.data === "sample-app-linked") {
          location.assign(link.dataset.popup);
        }
      });
    });
  }

  if (document.querySelector("[data-linked]") && window.opener) {
    window.opener.postMessage("sample-app-linked", location.origin);
    window.close();
  }

  for (const button of document.querySelectorAll("button[data-close]")) {
    // Only a window that a page opened may be closed by a script.
    button.hidden = !window.opener;
    button.addEventListener("click", () => { window.close(); });
  }

  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.hasAttribute("aria-busy")) event.preventDefault();
      form.setAttribute("aria-busy", "true");
    });
    addEventListener("pageshow", () => { form.removeAttribute("aria-busy"); });
  }

  for (const time of document.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.valueOf())) continue;
    time.title = time.dateTime;
    time.textContent = moment.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  }
})();
