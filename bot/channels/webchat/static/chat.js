// The web chat: protocol sereno.v1 (docs/webchat-protocol.md).
// Nothing is lost: what was not confirmed is kept and sent again with the same id.
(function () {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const words = JSON.parse(document.body.dataset.words);
  const log = $("log"), form = $("write"), box = $("text"), state = $("state");
  const choices = $("choices"), typing = $("typing"), keep = $("keep");
  const KEY = "sereno";

  // A tab keeps its secret for itself, unless the person asks to keep it on the device.
  const store = () => (localStorage.getItem(KEY) ? localStorage : sessionStorage);
  const fresh = () => ({ token: secret(24), since: 0, waiting: [], lines: [] });
  let mine = load();
  let socket = null, delay = 500, welcome = false, shown = new Set(), asking = null;

  function secret(bytes) {
    const raw = crypto.getRandomValues(new Uint8Array(bytes));
    return btoa(String.fromCharCode.apply(null, raw)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function load() {
    try {
      const raw = localStorage.getItem(KEY) || sessionStorage.getItem(KEY);
      return raw ? Object.assign(fresh(), JSON.parse(raw)) : fresh();
    } catch (error) { return fresh(); }
  }
  function save() {
    try { store().setItem(KEY, JSON.stringify(mine)); } catch (error) { /* private mode: this page only */ }
  }

  function connect() {
    const scheme = location.protocol === "https:" ? "wss://" : "ws://";
    socket = new WebSocket(scheme + location.host + "/chat/socket", "sereno.v1");
    socket.onopen = () => {
      const chosen = new URLSearchParams(location.search).get("lang");
      send({ type: "hello", token: mine.token, since: mine.since, hint: document.body.dataset.language,
             language: mine.language || chosen || null });
    };
    socket.onmessage = (event) => receive(JSON.parse(event.data));
    socket.onclose = () => {
      welcome = false;
      typing.hidden = true;
      state.textContent = mine.waiting.length ? words.waiting : words.lost;
      setTimeout(connect, delay + Math.random() * delay);
      delay = Math.min(delay * 2, 15000);
    };
  }
  function send(frame) {
    if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
  }

  function receive(frame) {
    if (frame.type === "welcome") {
      welcome = true;
      delay = 500;
      state.textContent = "";
      if (frame.language !== document.documentElement.lang && !mine.language) mine.heard = frame.language;
      for (const line of mine.waiting) send(line.frame);
    } else if (frame.type === "stored") {
      mine.waiting = mine.waiting.filter((line) => line.frame.id !== frame.id);
      note(frame.id, words.stored);
      state.textContent = "";
      save();
    } else if (frame.type === "message") {
      if (!shown.has(frame.seq)) show(frame);
      if (!frame.history) send({ type: "got", seq: frame.seq });
      mine.since = Math.max(mine.since, frame.seq);
      save();
    } else if (frame.type === "typing") {
      typing.textContent = words.typing;
      typing.hidden = !frame.on;
      if (frame.on) toEnd();
    } else if (frame.type === "error") {
      fail(frame);
    } else if (frame.type === "language") {
      mine.language = frame.language;
      save();
      location.search = "?lang=" + encodeURIComponent(frame.language) +
        (document.body.classList.contains("embedded") ? "&embedded=1" : "");
    }
  }
  function fail(frame) {
    state.textContent = frame.text;
    if (!frame.id) return;
    if (frame.code === "too_fast" || frame.code === "not_stored") {
      setTimeout(() => mine.waiting.filter((line) => line.frame.id === frame.id).forEach((line) => send(line.frame)), 4000);
      return;
    }
    const refused = mine.waiting.find((line) => line.frame.id === frame.id);
    mine.waiting = mine.waiting.filter((line) => line.frame.id !== frame.id);
    const bubble = document.querySelector('[data-id="' + frame.id + '"]');
    if (bubble) bubble.remove();
    if (refused && refused.frame.text && !box.value) { box.value = refused.frame.text; grow(); }
    mine.lines = mine.lines.filter((line) => line.id !== frame.id);
    save();
  }

  // What was said, as lines of this tab; the server has them too, but masks receipts.
  function show(frame) {
    shown.add(frame.seq);
    typing.hidden = true;
    const line = { seq: frame.seq, author: frame.author, text: frame.text, language: frame.language,
                   direction: frame.direction, buttons: frame.buttons, ask_place: frame.ask_place };
    if (frame.author === "citizen" && mine.lines.length) return;
    mine.lines.push(line);
    draw(line);
    offer(line);
    toEnd();
  }
  function draw(line) {
    const article = document.createElement("article");
    const citizen = line.author === "citizen";
    article.className = "message " + (citizen ? "mine" : line.author);
    if (line.id) article.dataset.id = line.id;
    const author = document.createElement("p");
    author.className = "author";
    author.textContent = citizen ? words.you : words[line.author] || words.assistant;
    const body = document.createElement("p");
    body.className = "body";
    body.textContent = line.text;
    if (citizen) body.dir = "auto"; else { article.lang = line.language; article.dir = line.direction; }
    article.append(author, body);
    if (line.id && mine.waiting.some((waiting) => waiting.frame.id === line.id)) {
      const note = document.createElement("p");
      note.className = "note";
      note.textContent = words.sending;
      article.append(note);
    }
    log.append(article);
  }
  function note(id, text) {
    const found = document.querySelector('[data-id="' + id + '"] .note');
    if (found) { found.textContent = text; setTimeout(() => found.remove(), 2500); }
  }
  function offer(line) {
    choices.textContent = "";
    if (line.author === "citizen") return;
    choices.lang = line.language || "";
    choices.dir = line.direction || "";
    const add = (title, act) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "choice";
      button.textContent = title;
      button.onclick = act;
      choices.append(button);
    };
    const wantsPlace = line.ask_place || (line.buttons || []).some((b) => b.choice === "share_place");
    if (wantsPlace && "geolocation" in navigator) add(words.place, sharePlace);
    for (const button of line.buttons || []) {
      if (button.choice !== "share_place") add(button.title, () => say({ text: button.title, choice: button.choice }));
    }
  }
  function sharePlace() {
    navigator.geolocation.getCurrentPosition(
      (position) => say({ text: words.place_sent, point: { lon: position.coords.longitude, lat: position.coords.latitude } }),
      () => { state.textContent = words.place_failed; box.focus(); },
      { enableHighAccuracy: true, timeout: 10000 }
    );
  }

  function say(what) {
    const frame = Object.assign({ type: "say", id: secret(12) }, what);
    mine.waiting.push({ frame });
    const line = { id: frame.id, author: "citizen", text: what.text };
    mine.lines.push(line);
    save();
    draw(line);
    choices.textContent = "";
    toEnd();
    if (welcome) send(frame); else state.textContent = words.waiting;
  }
  function toEnd() {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    window.scrollTo({ top: document.body.scrollHeight, behavior: calm ? "auto" : "smooth" });
  }
  function grow() {
    box.style.height = "auto";
    box.style.height = Math.min(box.scrollHeight + 2, innerHeight * 0.4) + "px";
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) { box.focus(); return; }
    say({ text });
    box.value = "";
    grow();
    box.focus();
  });
  box.addEventListener("input", grow);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit ? form.requestSubmit() : form.dispatchEvent(new Event("submit", { cancelable: true }));
    }
  });
  $("language").addEventListener("change", (event) => send({ type: "language", tag: event.target.value }));
  $("leave").addEventListener("click", () => {
    erase();
    document.body.textContent = "";
    location.replace("about:blank");
  });
  $("forget").addEventListener("click", () => {
    erase();
    state.textContent = words.forget;
    log.textContent = "";
    choices.textContent = "";
    mine = fresh();
    shown = new Set();
    socket.close();
  });
  function erase() { localStorage.removeItem(KEY); sessionStorage.removeItem(KEY); }
  keep.checked = !!localStorage.getItem(KEY);
  keep.addEventListener("change", () => {
    erase();
    if (keep.checked) localStorage.setItem(KEY, "{}");
    save();
  });

  for (const line of mine.lines) { if (line.seq) shown.add(line.seq); draw(line); }
  if (mine.lines.length) { offer(mine.lines[mine.lines.length - 1]); toEnd(); }
  connect();
  setInterval(() => { if (welcome) send({ type: "ping" }); }, 45000);
  window.addEventListener("online", () => { if (!welcome && socket) socket.close(); });
})();
