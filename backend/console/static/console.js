// The pages work without this; it only keeps them fresh (with htmx) and the thread at its end.
(function () {
  "use strict";
  const EVERY = 4000;
  function atEnd(box) { return box.scrollHeight - box.scrollTop - box.clientHeight < 60; }
  function toEnd(box) { box.scrollTop = box.scrollHeight; }
  function fetchInto(box, url, swap) {
    if (document.hidden || box.dataset.busy) return Promise.resolve();
    box.dataset.busy = "1";
    return htmx.ajax("GET", url, { target: box, swap: swap }).catch(() => {}).finally(() => { delete box.dataset.busy; });
  }
  // The queue comes afresh when its version has changed; the focus stays on the same link.
  function refresh(box) {
    const inner = box.querySelector("[data-version]");
    const focused = box.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const url = box.dataset.refresh + "&version=" + encodeURIComponent(inner ? inner.dataset.version : "");
    fetchInto(box, url, "innerHTML").then(() => {
      if (!focused || box.contains(document.activeElement)) return;
      const again = Array.from(box.querySelectorAll("a")).find((a) => a.getAttribute("href") === focused);
      if (again) again.focus();
    });
  }
  // A thread only grows: what is new is put at its end, so that it is read out once.
  function extend(box) {
    const said = box.querySelectorAll("[data-seq]");
    const last = said.length ? said[said.length - 1].dataset.seq : "0";
    const stay = atEnd(box);
    fetchInto(box, box.dataset.thread + "&seen=" + last, "beforeend").then(() => { if (stay) toEnd(box); });
  }
  function all() {
    document.querySelectorAll("[data-refresh]").forEach(refresh);
    document.querySelectorAll("[data-thread]").forEach(extend);
  }
  document.querySelectorAll(".thread").forEach(toEnd);
  document.addEventListener("visibilitychange", all);
  setInterval(all, EVERY);
})();
