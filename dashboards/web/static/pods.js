// Before a run: who wears which pod, and whose phone is paired.

import { label, t } from "./coach_strings.js";
import { openRoster } from "./roster.js";
import { pair, get } from "./session.js";

// A fresh link and its QR code: yesterday's no longer opens anything.
async function pairPhone(runner) {
  const { address, qr } = await get(`/api/v1/link/${encodeURIComponent(runner)}`);
  const link = document.getElementById("pairing-link");
  link.href = address;
  link.textContent = address.split("#")[0];
  const code = document.getElementById("pairing-code");
  code.src = `data:image/svg+xml,${encodeURIComponent(qr)}`;
  code.alt = t("qrCode");
  document.getElementById("pairing").showModal();
}

function phones(runners) {
  document.getElementById("phones").replaceChildren(
    ...runners.map(({ runner, name }) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "pair";
      button.textContent = t("pair", { name });
      button.addEventListener("click", () => pairPhone(runner));
      item.append(button);
      return item;
    }),
  );
}

label();
document.getElementById("pod").placeholder = t("podName");
await pair();
try {
  const runners = await get("/api/v1/runners");
  phones(runners);
  openRoster(runners);
} catch (error) {
  const refused = /: 40[13]$/.test(error.message);
  document.getElementById("link").textContent = t(refused ? "openLink" : "connectionLost");
}
