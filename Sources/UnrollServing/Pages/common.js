// MARK: Functions of their arguments alone

/// Splits a stream of server-sent events into the data of whole events; keeps what is not whole.
function eventSplitter() {
  let rest = "";
  return chunk => {
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    const data = [];
    for (const line of lines) if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
    return data;
  };
}
/// A text in which nothing is invisible or turns the line around.
const visible = text => text.replace(/[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu, c =>
  c === "\n" ? "⏎" : c === "\t" ? "⇥" : c < " " ? String.fromCodePoint(0x2400 + c.codePointAt(0)) : "⟨" + c.codePointAt(0).toString(16).toUpperCase() + "⟩").replace(/ /g, "␣");
// MARK: The page

const $ = id => document.getElementById(id);
function element(name, text, properties = {}) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(properties)) key.includes("-") ? made.setAttribute(key, value) : made[key] = value;
  return made;
}
/// A list of buttons, each with some texts.
function rows(all, texts, take) {
  const list = element("ul", undefined, {className: "rows"});
  for (const [index, one] of all.entries()) {
    const item = element("li"), button = element("button", undefined, {type: "button"});
    button.append(...texts(one, index).map(text => element("span", text)));
    button.addEventListener("click", () => take(one, index));
    item.append(button);
    list.append(item);
  }
  return list;
}
/// A bar of fields with their names, and of buttons.
function bar(...parts) {
  const made = element("div", undefined, {className: "bar"});
  for (const part of parts) {
    if (!Array.isArray(part)) { made.append(part); continue; }
    const label = element("label", part[0] + " ");
    label.append(part[1]);
    made.append(label);
  }
  return made;
}
function choice(options, properties) {
  const made = element("select", undefined, properties);
  for (const [value, name] of options) made.append(element("option", name ?? value, {value}));
  return made;
}
const complain = text => $("alert").textContent = text;
const seconds = since => (performance.now() - since) / 1000;
const number = (value, digits = 2) => value.toLocaleString("en", {maximumFractionDigits: digits, minimumFractionDigits: digits});
const digits = value => value === null ? "–" : number(value, 2);
const count = (value, name) => `${value.toLocaleString("en")} ${name}${value === 1 ? "" : "s"}`;
const percent = value => value >= 0.9995 && value < 1 ? "99.9 %" : number(100 * value, 1) + " %";

async function ask(path, body, signal) {
  for (let tries = 0; ; tries++) {
    const headers = {};
    if (body) headers["content-type"] = "application/json";
    const key = sessionStorage.getItem("key");
    if (key) headers.authorization = "Bearer " + key;
    const response = await fetch(path, {method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), signal});
    if (response.ok) {
      if (tries) complain("");
      return response;
    }
    const error = (await response.json().catch(() => ({}))).error ?? {message: "the server answered " + response.status};
    if (response.status === 401 && await askForKey()) continue;
    if (response.status === 503 && error.code === "overloaded" && tries < 5) {
      complain("The server is busy. Trying again …");
      await new Promise(done => setTimeout(done, 1000 * (Number(response.headers.get("retry-after")) || 1)));
      continue;
    }
    throw new Error(error.message);
  }
}
const answer = async (path, body, signal) => (await ask(path, body, signal)).json();

async function* events(path, body, signal) {
  const response = await ask(path, body, signal);
  const split = eventSplitter();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const {value, done} = await reader.read();
    if (done) throw new Error("The connection was lost. The text so far is kept.");
    for (const data of split(value)) {
      if (data === "[DONE]") return;
      const event = JSON.parse(data);
      if (event.error) throw new Error(event.error.message);
      yield event;
    }
  }
}

function askForKey() {
  $("key").value = "";
  $("key-box").returnValue = "";
  $("key-box").showModal();
  return new Promise(done => $("key-box").addEventListener("close", () => {
    const isGiven = $("key-box").returnValue === "ok" && $("key").value;
    if (isGiven) sessionStorage.setItem("key", $("key").value);
    done(Boolean(isGiven));
  }, {once: true}));
}

/// Runs something, and says what went wrong.
async function attempt(work) {
  complain("");
  try { return await work(); } catch (error) {
    if (error.name !== "AbortError") complain(error instanceof TypeError && /fetch|network/i.test(error.message) ? "The server cannot be reached." : error.message);
  }
}

// MARK: Pictures

const svg = (name, attributes = {}, text) => {
  const made = document.createElementNS($("blank").namespaceURI, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
};
/// Curves over whole numbers, with a label for each.
function plot(curves, {least = 0, most, label, height = 220, line, end, across = ""}) {
  const [width, left, bottom] = [600, 40, 22];
  const length = end ?? Math.max(2, ...curves.map(curve => curve.values.length));
  most ??= Math.max(...curves.flatMap(curve => curve.values), line ?? 0) * 1.05;
  const x = i => left + (width - left - 70) * i / Math.max(1, length - 1);
  const y = value => 6 + (height - bottom - 6) * (1 - (value - least) / (most - least || 1));
  const made = svg("svg", {viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label});
  made.append(svg("path", {class: "axis", d: `M${left} 6V${height - bottom}H${width - 70}`}));
  for (const value of [least, (least + most) / 2, most]) made.append(svg("text", {x: left - 5, y: y(value) + 4, "text-anchor": "end"}, number(value, 1)));
  if (line !== undefined) made.append(svg("path", {class: "axis", "stroke-dasharray": "3 3", d: `M${left} ${y(line)}H${width - 70}`}));
  made.append(svg("text", {x: width - 70, y: height - 6, "text-anchor": "end"}, across));
  curves.forEach((curve, k) => {
    if (!curve.values.length) return;
    made.append(svg("path", {class: "curve k" + (curve.look ?? k % 3), d: curve.values.map((value, i) => `${i ? "L" : "M"}${x(curve.at?.[i] ?? i).toFixed(1)} ${y(value).toFixed(1)}`).join("")}));
    const lastOne = curve.values.length - 1;
    made.append(svg("text", {x: x(curve.at?.[lastOne] ?? lastOne) + 5, y: y(curve.values[lastOne]) + 4}, curve.name));
  });
  return made;
}

// MARK: Colours

const dark = matchMedia("(prefers-color-scheme: dark)");
function paintPage() {
  document.documentElement.dataset.theme = $("theme").value || (dark.matches ? "dark" : "light");
}
$("theme").value = localStorage.getItem("theme") ?? "";
$("theme").addEventListener("change", () => { localStorage.setItem("theme", $("theme").value); paintPage(); });
dark.addEventListener("change", paintPage);
paintPage();
for (const link of document.querySelectorAll("nav a")) if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");

