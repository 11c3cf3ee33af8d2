// What this phone and this connection can do: wake lock, colours, installing, and what is off.

import { get } from "./session.js";
import { t } from "./strings.js";

const APPLE = /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);
const THEME = "stridecue-theme";
const TRUST_WAIT_MS = 1500;

export async function keepAwake() {
  try {
    await navigator.wakeLock.request("screen");
    return true;
  } catch {
    return false; // needs HTTPS, and not every phone has it
  }
}

// What does not work here, as texts; over plain HTTP that is a good deal.
export function offHere() {
  const off = [];
  if (!("wakeLock" in navigator)) off.push(t("offAwake"));
  if (!window.isSecureContext) off.push(t("offInstall"), t("offGps"));
  if (!navigator.vibrate) off.push(t("offVibration"));
  if (!("speechSynthesis" in window)) off.push(t("offSpeech"));
  return off;
}

// iOS stops hidden pages at once, Android some time later.
export const suspendsHidden = () => APPLE || /Android/.test(navigator.userAgent);
export const isApple = () => APPLE;

// Over plain HTTP: where the page is over HTTPS, and whether this phone trusts it yet.
export async function securePlace() {
  if (location.protocol === "https:") return null;
  try {
    const { address } = await get("/api/v1/secure");
    const place = { address, trusted: false };
    try {
      await fetch(`${address}/healthz`, { mode: "no-cors", cache: "no-store", signal: AbortSignal.timeout(TRUST_WAIT_MS) });
      place.trusted = true;
    } catch { /* not yet */ }
    return place;
  } catch {
    return null;
  }
}

export function applyTheme(theme = localStorage.getItem(THEME) || "auto") {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem(THEME, theme);
  return theme;
}

let prompt = null;
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  prompt = event;
  document.dispatchEvent(new Event("installable"));
});

export async function install() {
  await prompt?.prompt();
  prompt = null;
}

export function makeInstallable(runner) {
  const link = document.createElement("link");
  link.rel = "manifest";
  link.href = `/manifest/${runner}.webmanifest`;
  document.head.append(link);
  const workers = navigator.serviceWorker;
  workers?.addEventListener("controllerchange", () => fetch(location.pathname)); // a new worker keeps this page too
  workers?.register("/sw.js").catch(() => { /* over HTTP, or not trusted */ });
}
