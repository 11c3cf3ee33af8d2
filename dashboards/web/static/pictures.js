// Pictures: each a title, a sentence, and a plot that is drawn once it comes into view. One plot
// at a time, so that in between the page is painted, scrolls and answers. The library is run by
// the first of them and comes from this machine.

import { t } from "./coach_strings.js";

const LIBRARY = document.querySelector("link[rel=preload][as=script]").href; // with its version
const CONFIG = { displaylogo: false, responsive: true, modeBarButtonsToRemove: ["select2d", "lasso2d", "toImage"] };
const SOON = "300px"; // before it is scrolled to
const dark = matchMedia("(prefers-color-scheme: dark)");
const plots = new Map(); // by element: what is to be drawn in it
const waiting = new Set(); // elements, in the order in which they came into view
let drawing = false;
let templates = {};
let library = null;

// Plotly's own rules stand in pictures.css: it need not write any into the page.
function noRulesOfItsOwn() {
  const own = document.createElement("link");
  own.id = "plotly.js-style-global";
  own.className = "no-inline-styles";
  document.head.append(own);
}

function plotly() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = LIBRARY;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error(LIBRARY));
    document.head.append(script);
  });
  return library;
}

const heightOf = (figure) => figure.layout.height ?? templates.light.layout.height;
const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

async function drawWaiting() {
  drawing = true;
  for (const element of waiting) {
    waiting.delete(element);
    await painted();
    await drawNow(element);
  }
  drawing = false;
}

function draw(element) {
  waiting.add(element);
  if (!drawing) drawWaiting();
}

async function drawNow(element) {
  const Plotly = await plotly();
  const { figure } = plots.get(element);
  const template = templates[dark.matches ? "dark" : "light"];
  const height = heightOf(figure);
  const margin = { l: 10, r: 14, t: 34, b: 40 };
  await Plotly.react(element, figure.data, { margin, ...figure.layout, height, template, autosize: true }, CONFIG);
  for (const svg of element.querySelectorAll(".main-svg")) svg.setAttribute("aria-hidden", "true"); // the sentence says it
  element.dataset.drawn = "true";
}

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (isIntersecting && plots.has(target)) {
      seen.unobserve(target);
      draw(target);
    }
  }
}, { rootMargin: SOON });

dark.addEventListener("change", () => {
  for (const element of plots.keys()) if (element.dataset.drawn) draw(element);
});

export function setTemplates(given) {
  templates = given;
}

function made(picture, heading) {
  const part = document.createElement("figure");
  part.id = `picture-${picture.name}`;
  part.className = "picture";
  const title = document.createElement(heading);
  title.textContent = picture.title;
  title.id = `${part.id}-title`;
  const text = document.createElement("figcaption");
  const plot = document.createElement("div");
  plot.className = "plot";
  part.append(title, text, plot);
  part.setAttribute("aria-labelledby", title.id);
  return part;
}

// Draws a picture into the page, or what has changed of it.
export function show(parent, picture, heading = "h2") {
  let part = parent.querySelector(`:scope > #picture-${picture.name}`);
  if (!part) {
    part = made(picture, heading);
    parent.append(part);
  }
  const text = part.querySelector("figcaption");
  if (text.textContent !== picture.text) text.textContent = picture.text;
  const plot = part.querySelector(".plot");
  plot.hidden = picture.figure === null;
  if (picture.figure === null) return part;
  plot.setAttribute("role", "group");
  plot.setAttribute("aria-label", t("plotOf", { title: picture.title }));
  const before = plots.get(plot)?.figure;
  plots.set(plot, picture);
  plot.style.minHeight = `${heightOf(picture.figure)}px`; // what is below stays below
  if (!before) seen.observe(plot);
  else if (plot.dataset.drawn && JSON.stringify(before) !== JSON.stringify(picture.figure)) draw(plot);
  return part;
}

noRulesOfItsOwn();
