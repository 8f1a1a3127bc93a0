// The pages work without this; it only keeps them fresh (with htmx) and the thread at its end.
(function () {
  "use strict";
  const EVERY = 4000;
  function atEnd(box) { return box.scrollHeight - box.scrollTop - box.clientHeight < 60; }
  function toEnd(box) { box.scrollTop = box.scrollHeight; }
  document.querySelectorAll(".thread").forEach(toEnd);
  function refresh(box) {
    if (document.hidden || box.dataset.busy) return;
    const inner = box.querySelector("[data-version]");
    const version = inner ? inner.dataset.version : "";
    const url = box.dataset.refresh + (box.dataset.refresh.includes("/thread") ? "&seen=" : "&version=") + encodeURIComponent(version);
    const stay = box.classList.contains("thread") && atEnd(box);
    const focused = box.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    box.dataset.busy = "1";
    htmx.ajax("GET", url, { target: box, swap: "innerHTML" }).then(() => {
      if (stay) toEnd(box);
      if (focused) { const again = box.querySelector('[href="' + CSS.escape(focused).replace(/\\\//g, "/") + '"]'); if (again) again.focus(); }
    }).catch(() => {}).finally(() => { delete box.dataset.busy; });
  }
  setInterval(() => document.querySelectorAll("[data-refresh]").forEach(refresh), EVERY);
})();
