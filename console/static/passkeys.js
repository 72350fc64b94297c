// A button of a form with passkeys: asks the device, and sends its answer with the form. Without passkeys, no button.

const able = window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!able) break;
  form.parentElement.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    const failed = form.parentElement.querySelector("[data-failed]");
    failed.hidden = true;
    try {
      const answer = await fetch(form.dataset.passkey, { method: "POST", redirect: "error" });
      if (!answer.ok) throw new Error(answer.statusText);
      const asked = await answer.json();
      const made = form.dataset.make !== undefined
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) });
      form.elements.credential.value = JSON.stringify(made.toJSON());
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
}
