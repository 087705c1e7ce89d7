/* Conveniences for whoever is signed in. Every page works without them. */
(() => {
  "use strict";

  /* Before the session ends: a warning with one button that begins its time anew. */
  const warning = document.getElementById("time-out");
  const over = document.getElementById("timed-out");
  const { left, length, warnBefore } = warning.dataset;
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;
  let end = 0;
  let said = null;

  const say = (dialog) => {
    if (said === dialog) return;
    warning.close();
    said = dialog;
    dialog.showModal();
  };
  const look = () => {
    const seconds = (end - Date.now()) / 1000;
    if (seconds <= 0) {
      say(over);
    } else if (seconds <= Number(warnBefore)) {
      warning.querySelector("[data-at]").textContent = new Date(end).toLocaleTimeString(
        document.documentElement.lang,
        { hour: "2-digit", minute: "2-digit" },
      );
      say(warning);
    }
  };
  const count = (seconds) => {
    end = Date.now() + Number(seconds) * 1000;
    said = null;
    warning.close();
    over.close();
  };
  const tell = (seconds) => {
    count(seconds);
    if (tabs) tabs.postMessage(seconds);
  };

  warning.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const sent = { method: "POST", body: new FormData(form), redirect: "manual" };
    const answer = await fetch(form.action, sent).catch(() => null);
    if (answer === null) return;
    if (answer.status === 204) tell(length);
    else say(over);
  });
  if (tabs) tabs.addEventListener("message", (event) => count(event.data));
  tell(left);
  look();
  setInterval(look, 5000);

  /* A page that the browser kept shows what was true before: ask for it anew. */
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());

  for (const button of document.querySelectorAll("[data-copy]")) {
    const status = button.parentElement.querySelector("[data-copy-status]");
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      status.textContent = button.dataset.copied;
    });
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
