/* Print and copy the recovery codes; without scripts the page is printed and copied by hand. */
"use strict";
document.querySelectorAll("[data-act]").forEach((button) => {
  button.hidden = button.dataset.act === "copy" && !navigator.clipboard;
  button.addEventListener("click", async () => {
    if (button.dataset.act === "print") {
      window.print();
      return;
    }
    await navigator.clipboard.writeText(document.getElementById("codes").innerText);
    button.textContent = button.dataset.done;
  });
});
