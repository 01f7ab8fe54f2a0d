// Conveniences only: every page works without this file.
(() => {
  "use strict";

  // Click on a heading sorts the rows; numbers as numbers.
  const value = (row, column) => row.cells[column].innerText.trim();
  const compare = (a, b) => a.localeCompare(b, undefined, { numeric: true });
  for (const table of document.querySelectorAll("table[data-sortable]")) {
    const headings = [...table.tHead.querySelectorAll("th")];
    for (const heading of headings) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const down = heading.getAttribute("aria-sort") === "ascending";
        for (const each of headings) each.removeAttribute("aria-sort");
        heading.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...table.tBodies[0].rows];
        rows.sort((a, b) => compare(value(a, heading.cellIndex), value(b, heading.cellIndex)));
        table.tBodies[0].append(...(down ? rows.reverse() : rows));
      });
    }
  }

  // Typing filters the rows that are on the page; sending the form asks the server.
  for (const input of document.querySelectorAll("input[data-filters]")) {
    const table = document.getElementById(input.dataset.filters);
    if (!table) continue;
    const count = input.form.querySelector("[data-filter-count]");
    const rows = [...table.tBodies[0].rows];
    const total = count.textContent.split(" ").pop();
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/);
      for (const row of rows) {
        const text = row.innerText.toLowerCase() || row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
      }
      count.textContent = `${rows.filter((row) => !row.hidden).length} of ${total}`;
    });
  }

  // A list that changes by itself is fetched again while somebody looks at it and reads nothing in it.
  const dress = (part) => {
    for (const time of part.querySelectorAll("time[datetime]")) {
      const moment = new Date(time.dateTime);
      time.title = time.dateTime;
      time.textContent = moment.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
    }
  };
  for (const part of document.querySelectorAll("[data-refresh]")) {
    let shown = part.innerHTML;
    dress(part);
    const busy = () => document.hidden || part.querySelector("details[open]")
      || part.contains(document.activeElement) || getSelection().toString();
    setInterval(async () => {
      if (busy()) return;
      try {
        const answer = await fetch(location.href, { headers: { accept: "text/html" } });
        if (!answer.ok) return;
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
        if (!fresh || fresh.innerHTML === shown || busy()) return;
        shown = fresh.innerHTML;
        part.innerHTML = shown;
        dress(part);
      } catch { /* the network is restarting; the next turn tries again */ }
    }, 3000);
  }
})();
