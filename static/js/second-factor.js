// A key that was not read says so on the page, not in the console alone.
(() => {
  const failed = document.getElementById("key-failed");
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    failed.hidden = true;
    requestAnimationFrame(() => { failed.hidden = false; });
  });
})();
