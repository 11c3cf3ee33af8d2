// Pictures: each a title, a sentence, and the drawing that the server has made of it. A mark says
// what it is when it is pointed at, and under the drawing when it is touched. A button puts a plot
// to zoom and filter in the drawing's place, and takes it away again.

import { t } from "./coach_strings.js";
import { set } from "./figures.js";
import { plot, plotly, unplot } from "./zoomable.js";

const shown = new WeakMap(); // by figure element: the picture in it

function made(picture, heading) {
  const part = document.createElement("figure");
  part.id = `picture-${picture.name}`;
  part.className = "picture";
  const title = document.createElement(heading);
  title.textContent = picture.title;
  title.id = `${part.id}-title`;
  part.append(title, document.createElement("figcaption"), place(picture.title, title.id, part));
  part.setAttribute("aria-labelledby", title.id);
  return part;
}

// Where a plot stands, one way or the other.
function place(title, titleId, part) {
  const plot = document.createElement("div");
  plot.className = "plot";
  for (const [name, role] of [["still", "img"], ["zoomable", "group"]]) {
    const way = document.createElement("div");
    way.className = name;
    way.setAttribute("role", role);
    way.setAttribute("aria-label", t("plotOf", { title }));
    plot.append(way);
  }
  const touched = document.createElement("p");
  touched.className = "touched";
  touched.setAttribute("aria-hidden", "true"); // the sentence says it
  plot.querySelector(".still").addEventListener("click", ({ target }) => {
    touched.textContent = target.closest("g")?.querySelector("title")?.textContent ?? "";
  });
  plot.querySelector(".zoomable").hidden = true;
  const button = document.createElement("button");
  button.type = "button";
  button.id = `${part.id}-zoom`;
  button.className = "zoom";
  button.textContent = t("zoom");
  button.setAttribute("aria-labelledby", `${button.id} ${titleId}`);
  button.addEventListener("click", () => (isZoomed(part) ? unzoom(part) : zoom(part)));
  const below = document.createElement("div");
  below.className = "below";
  below.append(button, touched);
  plot.append(below);
  return plot;
}

const find = (part, name) => part.querySelector(".plot").querySelector(`.${name}`); // its own: a run beside it comes after
const isZoomed = (part) => !find(part, "zoomable").hidden;

function turn(part, zoomed) {
  find(part, "zoomable").hidden = !zoomed;
  for (const name of ["still", "touched"]) find(part, name).hidden = zoomed;
  set(find(part, "zoom"), t(zoomed ? "unzoom" : "zoom"));
}

async function zoom(part) {
  const button = find(part, "zoom");
  button.setAttribute("aria-busy", "true");
  try {
    await plotly(); // until then the drawing stays
    if (isZoomed(part) || shown.get(part).figure === null) return; // pressed twice, or no longer shared
    turn(part, true);
    find(part, "still").replaceChildren(); // its patterns' names are those of a run beside it
    await plot(find(part, "zoomable"), shown.get(part).figure);
  } catch {
    set(document.getElementById("link"), t("connectionLost"));
  } finally {
    button.removeAttribute("aria-busy");
  }
}

function unzoom(part) {
  unplot(find(part, "zoomable"));
  turn(part, false);
  draw(part);
}

function draw(part) {
  find(part, "still").innerHTML = shown.get(part).drawing ?? ""; // the server's own, every word in it escaped
}

// Shows a picture in the page, or what has changed of it.
export function show(parent, picture, heading = "h2") {
  let part = parent.querySelector(`:scope > #picture-${picture.name}`);
  if (!part) {
    part = made(picture, heading);
    parent.append(part);
  }
  set(part.querySelector("figcaption"), picture.text);
  part.querySelector(".plot").hidden = picture.figure === null;
  const before = shown.get(part);
  shown.set(part, picture);
  if (JSON.stringify(before?.figure) === JSON.stringify(picture.figure)) return;
  if (!isZoomed(part)) draw(part);
  else if (picture.figure === null) unzoom(part);
  else plot(find(part, "zoomable"), picture.figure);
}

// Takes pictures out of the page, and what makes them zoomable out of memory.
export function drop(parent) {
  for (const part of parent.querySelectorAll(".picture")) if (isZoomed(part)) unplot(find(part, "zoomable"));
  parent.remove();
}
