// Brings the newest question to the top of the conversation, so that its answer is read from its
// beginning; Gradio would scroll to the end. Focus stays where it is.
"use strict";
let seen = 0;
function showNewest() {
  const questions = document.querySelectorAll("#chat .user-row, #chat .message-row.user-row, #chat [data-testid='user']");
  const answers = document.querySelectorAll("#chat .answer").length;
  if (answers === seen) return;
  seen = answers;
  const newest = questions[questions.length - 1];
  if (newest) newest.scrollIntoView({ block: "start" });
}
new MutationObserver(() => requestAnimationFrame(showNewest)).observe(document.documentElement, { childList: true, subtree: true });
