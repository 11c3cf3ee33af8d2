// Pictures: each a title, a sentence, and the drawing that the server has made of it. A mark says
// what it is when it is pointed at, and under the drawing when it is touched.

import { t } from "./coach_strings.js";

const drawings = new Map(); // by element: what is drawn in it

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
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", t("plotOf", { title: picture.title }));
  const touched = document.createElement("p");
  touched.className = "touched";
  touched.setAttribute("aria-hidden", "true"); // the sentence says it
  plot.addEventListener("click", ({ target }) => {
    touched.textContent = target.closest("g")?.querySelector("title")?.textContent ?? "";
  });
  part.append(title, text, plot, touched);
  part.setAttribute("aria-labelledby", title.id);
  return part;
}

// Shows a picture in the page, or what has changed of it.
export function show(parent, picture, heading = "h2") {
  let part = parent.querySelector(`:scope > #picture-${picture.name}`);
  if (!part) {
    part = made(picture, heading);
    parent.append(part);
  }
  const text = part.querySelector("figcaption");
  if (text.textContent !== picture.text) text.textContent = picture.text;
  const plot = part.querySelector(".plot");
  plot.hidden = picture.drawing === null;
  if (drawings.get(plot) === picture.drawing) return part;
  drawings.set(plot, picture.drawing);
  plot.innerHTML = picture.drawing ?? ""; // the server's own, every word in it escaped
  return part;
}
