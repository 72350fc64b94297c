// Says that something is under way while a form is on its way, so that nobody sends it twice.

for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", () => {
    const busy = document.createElement("p");
    busy.setAttribute("role", "status");
    busy.append(form.dataset.busy, document.createElement("progress"));
    form.append(busy);
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  });
}
addEventListener("pageshow", (event) => event.persisted && location.reload());
