// Puts a chat button on a page: <script src="https://…/chat/widget.js" data-language="ca" defer></script>
(function () {
  "use strict";
  const tag = document.currentScript;
  const home = new URL(tag.src).origin;
  const language = tag.dataset.language || document.documentElement.lang || "";
  const label = tag.dataset.label || "112 · Chat";
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.setAttribute("aria-expanded", "false");
  Object.assign(button.style, {
    position: "fixed", insetBlockEnd: "16px", insetInlineEnd: "16px", zIndex: "2147483000", padding: "12px 20px",
    borderRadius: "28px", border: "0", background: "#1c4f82", color: "#fff", font: "600 16px system-ui, sans-serif", cursor: "pointer",
  });
  let frame = null;
  button.addEventListener("click", () => {
    if (!frame) {
      frame = document.createElement("iframe");
      frame.src = home + "/chat?embedded=1" + (language ? "&lang=" + encodeURIComponent(language) : "");
      frame.title = label;
      frame.allow = "geolocation";
      Object.assign(frame.style, {
        position: "fixed", insetBlockEnd: "76px", insetInlineEnd: "16px", zIndex: "2147483000",
        width: "min(420px, calc(100vw - 32px))", height: "min(640px, calc(100vh - 100px))",
        border: "1px solid #c9d2dc", borderRadius: "14px", background: "#fff", boxShadow: "0 8px 30px rgba(0,0,0,.25)",
      });
      document.body.append(frame);
    } else {
      frame.hidden = !frame.hidden;
    }
    button.setAttribute("aria-expanded", String(!frame.hidden));
  });
  document.body.append(button);
})();
