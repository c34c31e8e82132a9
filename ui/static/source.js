// Marks the whole run of sentences that the fragment names (#s120-300); without JavaScript the
// browser marks its first sentence by itself.
"use strict";
function mark() {
  const run = /^#s(\d+)-(\d+)$/.exec(location.hash);
  document.querySelectorAll(".marked").forEach((element) => element.classList.remove("marked"));
  if (!run) return;
  let first = null;
  for (const element of document.querySelectorAll(".sentence[id]")) {
    const [start, end] = element.id.slice(1).split("-").map(Number);
    if (start >= Number(run[1]) && end <= Number(run[2])) {
      element.classList.add("marked");
      first = first || element;
    }
  }
  if (first) first.scrollIntoView({ block: "start" });
}
window.addEventListener("hashchange", mark);
mark();

const print = document.getElementById("print"); // without JavaScript the browser's menu prints
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
