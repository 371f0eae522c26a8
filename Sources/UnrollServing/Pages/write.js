/// The pieces of a text that some tokens make: a token each, or several where one alone is no text.
function pieces(text, names, ids, bits) {
  const made = [];
  const nothing = () => ({ids: [], bits: 0, known: true, isCut: false});
  let place = 0, held = nothing();
  names.forEach((name, index) => {
    const isText = !name.startsWith("bytes:\\x");
    const at = isText ? text.indexOf(name, place) : -1;
    if (held.ids.length && at > place) flush(at);
    held.ids.push(ids[index]);
    // Of a token that a stop text cuts, only a part stands there.
    held.isCut ||= isText && at !== place;
    held.known = held.known && bits[index] !== null;
    held.bits += bits[index] ?? 0;
    if (isText && at === place) flush(place + name.length);
  });
  if (place < text.length) flush(text.length);
  return made;
  function flush(end) {
    const whole = !held.isCut && held.ids.length > 0;
    // A field has line feeds only.
    made.push({text: text.slice(place, end).replace(/\r\n?/g, "\n"), ids: whole ? held.ids : null, bits: whole && held.known ? held.bits : null});
    place = end;
    held = nothing();
  }
}
/// The level of 0 to 8 by which a token of so many bits is shaded.
const level = (bits, mode) => bits === null ? 0 : mode === "unlikely" ? Math.min(8, Math.floor(bits)) : Math.max(0, 8 - Math.floor(bits * 2));
/// `\n` of a field as a line end.
const unescaped = text => text.replace(/\\([nt\\])/g, (_, c) => ({n: "\n", t: "\t", "\\": "\\"})[c]);
const quoted = text => "'" + text.replace(/'/g, "'\\''") + "'";
/// Bits for each character and perplexity of each token, over the pieces of which the bits are known.
function scoreOf(all) {
  const known = all.filter(piece => piece.bits !== null);
  const bits = known.reduce((sum, piece) => sum + piece.bits, 0);
  const characters = known.reduce((sum, piece) => sum + [...piece.text].length, 0);
  const tokens = known.reduce((sum, piece) => sum + piece.ids.length, 0);
  return {bits, characters, tokens, bitsPerCharacter: bits / characters, perplexity: 2 ** (bits / tokens)};
}

// MARK: The status

const say = text => $("status").textContent = text;

// MARK: Settings

const settings = [
  {name: "temperature", label: "Temperature", least: 0, most: 2, step: 0.05, usual: 0.8, help: "Lower is safer, higher is bolder; 0 always takes the likeliest."},
  {name: "top_k", label: "Top k", least: 0, most: 100, step: 1, usual: 0, off: 0, help: "Only the k likeliest; 0 for all."},
  {name: "top_p", label: "Top p", least: 0, most: 1, step: 0.01, usual: 1, off: 1, help: "Only the likeliest that make up this share; 1 for all."},
  {name: "min_p", label: "Min p", least: 0, most: 1, step: 0.01, usual: 0, off: 0, help: "Nothing less likely than this share of the likeliest."},
  {name: "repetition_penalty", label: "Repetition penalty", least: 1, most: 2, step: 0.05, usual: 1, off: 1, help: "Above 1, what came before becomes less likely."},
  {name: "max_tokens", label: "Length in tokens", least: 1, most: 2000, ceiling: 10000, step: 1, usual: 200, help: "How much is written at once."},
  {name: "seed", label: "Seed", least: 0, most: 9999, ceiling: 2147483647, step: 1, usual: 1, help: "The same seed, text and settings give the same text."},
];
for (const setting of settings) {
  const box = element("div", undefined, {className: "setting"});
  const field = element("input", undefined, {type: "number", id: setting.name, min: setting.least, max: setting.ceiling ?? setting.most, step: setting.step, value: setting.usual, inputMode: "decimal"});
  const slider = element("input", undefined, {type: "range", min: setting.least, max: setting.most, step: setting.step, value: setting.usual, "aria-label": setting.label});
  const help = element("span", setting.help, {className: "quiet", id: setting.name + "-help"});
  field.setAttribute("aria-describedby", help.id);
  box.append(element("label", setting.label, {htmlFor: setting.name}), slider, field, help);
  setting.set = value => {
    field.value = value;
    slider.value = value;
    box.classList.toggle("off", Number(value) === setting.off);
  };
  setting.get = () => Math.min(Math.max(Number(field.value) || 0, setting.least), setting.ceiling ?? setting.most);
  slider.addEventListener("input", () => { setting.set(slider.value); changed(); });
  field.addEventListener("change", () => { setting.set(setting.get()); changed(); });
  $("settings").append(box);
}
const setting = name => settings.find(one => one.name === name);
/// What the fields ask for, without what does nothing.
function asked() {
  const body = {model: $("model").value};
  for (const one of settings) if (one.get() !== one.off) body[one.name] = one.get();
  const stop = unescaped($("stops").value);
  if (stop) body.stop = [stop];
  return body;
}
function changed() { describe(); follow(); }
$("stops").addEventListener("change", changed);
$("reset").addEventListener("click", () => { for (const one of settings) one.set(one.usual); $("stops").value = ""; $("fresh").checked = true; changed(); });

// MARK: The text: pieces of {text, ids or null, bits or null, written, value}

const field = $("text"), mirror = $("mirror");
let doc = [], values = "", running = null, last = null, undone = [], before = [];
const textOf = all => all.map(piece => piece.text).join("");
const branches = [];

function classOf(piece) {
  const mode = $("shade").value;
  const tint = piece.written ? "w" : "";
  if (mode === "values") {
    const step = Math.round(5 * Math.max(-1, Math.min(1, piece.value ?? 0)));
    return step === 0 ? "" : step > 0 ? "p" + step : "n" + -step;
  }
  const shade = mode === "off" ? 0 : level(piece.bits, mode);
  return mode === "off" ? tint : shade ? "b" + shade : "";
}
/// Draws the pieces from one on; those of one look are one element.
function draw(from = 0) {
  let offset = 0;
  for (let i = 0; i < from; i++) offset += doc[i].text.length;
  while (mirror.lastChild && (from === 0 || mirror.lastChild.start >= offset || mirror.lastChild.nodeType === 3)) mirror.lastChild.remove();
  const added = document.createDocumentFragment();
  let run = mirror.lastChild;
  if (run && run.start + run.firstChild.length > offset) run.firstChild.data = run.firstChild.data.slice(0, offset - run.start);
  for (const piece of doc.slice(from)) {
    const look = classOf(piece);
    if (!run || run.className !== look || run.firstChild.length > 4000) {
      run = element("span", undefined, {className: look});
      run.append(document.createTextNode(""));
      run.start = offset;
      added.append(run);
    }
    run.firstChild.appendData(piece.text);
    offset += piece.text.length;
  }
  // A line end at the end shows its line only where something stands behind it.
  mirror.append(added, document.createTextNode("\u200b"));
}
/// Shows a text that did not come from the field.
function show(pieces) {
  doc = pieces;
  field.value = textOf(doc);
  draw();
  refresh();
}
function refresh() {
  $("again").disabled = !last || running;
  $("undo").disabled = !before.length || running;
  $("redo").disabled = !undone.length || running;
  $("go").disabled = Boolean(running);
  $("stop").disabled = !running;
  $("scroll").setAttribute("aria-busy", Boolean(running));
  field.readOnly = Boolean(running);
  legend();
  describe();
}
function legend() {
  const mode = $("shade").value, box = $("legend");
  box.replaceChildren();
  if (mode === "off") return void (box.textContent = "What the model wrote is tinted.");
  const scale = element("span", undefined, {className: "scale"});
  const names = mode === "values" ? ["n5", "n3", "n1", "", "p1", "p3", "p5"] : mode === "unlikely" ? ["", "b2", "b4", "b6", "b8"] : ["b8", "b6", "b4", "b2", ""];
  for (const name of names) scale.append(element("i", "", {className: name}));
  const [low, high] = mode === "values" ? ["−", "+ " + values] : mode === "unlikely" ? ["0", "8 bits or more"] : ["0", "4 bits or more"];
  box.append(low + " ", scale, " " + high, mode !== "values" && doc.some(piece => !piece.ids) ? " (Score shades what you typed)" : "");
}
field.addEventListener("input", () => {
  const text = field.value, old = textOf(doc);
  let start = 0, end = 0;
  while (start < Math.min(text.length, old.length) && text[start] === old[start]) start++;
  while (end < Math.min(text.length, old.length) - start && text[text.length - 1 - end] === old[old.length - 1 - end]) end++;
  // What stands behind a change was likely behind something else.
  const kept = [], tail = [];
  let offset = 0;
  for (const piece of doc) {
    const [from, to] = [offset, offset + piece.text.length];
    offset = to;
    if (to <= start) kept.push(piece);
    else {
      if (from < start) kept.push({text: piece.text.slice(0, start - from), ids: null, bits: null, written: piece.written});
      const cut = Math.max(from, old.length - end);
      if (to > cut) tail.push({text: piece.text.slice(cut - from), ids: null, bits: null, written: piece.written});
    }
  }
  const typed = text.slice(start, text.length - end);
  const first = kept.length;
  if (typed) kept.push({text: typed, ids: null, bits: null, written: false});
  doc = joined([...kept, ...tail]);
  draw(Math.max(0, Math.min(first, doc.length) - 1));
  legend();
});
/// Neighbours without tokens are one piece.
function joined(all) {
  const made = [];
  for (const piece of all) {
    const previous = made.at(-1);
    if (previous && !previous.ids && !piece.ids && previous.written === piece.written) made[made.length - 1] = {...previous, text: previous.text + piece.text};
    else made.push(piece);
  }
  return made;
}
/// What the server goes on from: the text as it was typed, or tokens where some were drawn.
async function promptOf(all) {
  if (all.every(piece => !piece.ids)) return textOf(all);
  const ids = [];
  for (const piece of all) ids.push(...piece.ids ?? (await answer("/tokenize", {model: $("model").value, prompt: piece.text})).tokens);
  return ids;
}
/// The place of the cursor: the pieces before it, and its offset.
function cursor() {
  const at = field.selectionStart;
  const head = [];
  let offset = 0;
  for (const piece of doc) {
    if (offset >= at) break;
    head.push(offset + piece.text.length <= at || piece.ids ? piece : {...piece, text: piece.text.slice(0, at - offset)});
    offset += piece.text.length;
  }
  return head;
}

const bitsOf = choice => choice.logprobs.token_logprobs.map(value => value === null ? null : -value / Math.LN2);
const written = choice => pieces(choice.text, choice.logprobs.tokens, choice.token_ids, bitsOf(choice)).map(piece => ({...piece, written: true}));

// MARK: Going on

const atEnd = () => $("scroll").scrollTop + $("scroll").clientHeight >= $("scroll").scrollHeight - 60;
$("scroll").addEventListener("scroll", () => $("jump").hidden = atEnd(), {passive: true});
$("jump").addEventListener("click", () => $("scroll").scrollTop = $("scroll").scrollHeight);

async function goOn(base = doc, {keepsSeed = false} = {}) {
  if (running) return;
  if ($("fresh").checked && !keepsSeed) setting("seed").set(Math.floor(Math.random() * 10000));
  running = new AbortController();
  close();
  before.push(doc);
  undone = [];
  last = base;
  if (base !== doc) show(base);
  doc = [...base];
  refresh();
  say("Writing …");
  const body = asked(), began = performance.now();
  let first = null, early = 0, latest = 0, tokens = 0, shown = doc.length, frame = 0, follows = true;
  const append = () => {
    frame = 0;
    if (shown === doc.length) return;
    follows = atEnd();
    const more = textOf(doc.slice(shown));
    const end = field.value.length, isBehind = field.selectionStart === end;
    field.setRangeText(more, end, end, "preserve");
    // A cursor at the end stays there; one elsewhere stays too, with what is selected.
    if (isBehind) field.setSelectionRange(end + more.length, end + more.length);
    draw(shown);
    shown = doc.length;
    if (follows) $("scroll").scrollTop = $("scroll").scrollHeight;
  };
  let ending = "Stopped";
  await attempt(async () => {
    try {
      const prompt = await promptOf(base);
      for await (const event of events("/v1/completions", {...body, prompt, stream: true, logprobs: 0, return_token_ids: true}, running.signal)) {
        const choice = event.choices?.[0];
        if (!choice) continue;
        if (choice.finish_reason) ending = choice.finish_reason === "stop" ? "Ended" : "Written";
        if (!choice.text) continue;
        latest = seconds(began);
        tokens += choice.token_ids.length;
        if (first === null) [first, early] = [latest, tokens];
        doc.push(...written(choice));
        frame ||= requestAnimationFrame(append);
      }
    } finally {
      cancelAnimationFrame(frame);
      append();
    }
  });
  const all = seconds(began);
  running = null;
  if (doc.length === base.length && $("alert").textContent) before.pop();
  else remember();
  say(`${ending}: ${count(tokens, "token")} in ${number(all)} seconds${tokens > early ? `, the first after ${number(1000 * first, 0)} ms, then ${Math.round((tokens - early) / (latest - first)).toLocaleString("en")} a second` : ""}. Seed ${body.seed ?? 0}.`);
  refresh();
}
$("go").addEventListener("click", () => goOn());
$("stop").addEventListener("click", () => running?.abort());
$("again").addEventListener("click", () => { setting("seed").set((setting("seed").get() + 1) % 2147483648); goOn(last, {keepsSeed: true}); });
function goBack(from, to) {
  if (running || !from.length) return;
  to.push(doc);
  show(from.pop());
  say("");
}
$("undo").addEventListener("click", () => goBack(before, undone));
$("redo").addEventListener("click", () => goBack(undone, before));

// MARK: Branches

function remember() {
  branches.unshift({doc, from: last.length, settings: Object.fromEntries(settings.map(one => [one.name, one.get()])), stop: $("stops").value});
  if (branches.length > 50) branches.pop();
  keep();
  listBranches();
}
function keep() {
  const all = JSON.stringify({model: $("model").value, doc, branches});
  // A reload shows what was there, if it is not too much.
  all.length < 1e6 ? sessionStorage.setItem("texts", all) : sessionStorage.removeItem("texts");
}
function listBranches() {
  const list = rows(branches, branch => {
    const text = textOf(branch.doc), start = textOf(branch.doc.slice(0, branch.from)).length;
    return [visible(text.slice(Math.max(0, start - 12), start + 28)), "T " + branch.settings.temperature, "#" + branch.settings.seed];
  }, branch => {
    if (running) return;
    before.push(doc);
    last = branch.doc.slice(0, branch.from);
    // So that the link and the commands are about this text.
    for (const one of settings) one.set(branch.settings[one.name]);
    $("stops").value = branch.stop;
    show(branch.doc);
    say("Back at a branch, with its settings.");
  });
  $("branches").replaceChildren(...list.children);
}

// MARK: The panel

let following = null, asking = 0;
function open(title, ...content) {
  $("panel-title").textContent = title;
  $("panel-body").replaceChildren(...content);
  $("panel").hidden = false;
}
function close() {
  following = null;
  if ($("panel").hidden) return;
  const hadFocus = $("panel").contains(document.activeElement);
  $("panel").hidden = true;
  if (hadFocus) field.focus();
}
$("close").addEventListener("click", close);

async function distribution(isBefore) {
  const number = ++asking;
  let head = cursor();
  await attempt(async () => {
    let chosen = null;
    if (isBefore) {
      if (!head.length) return open("Alternatives", element("p", "Put the cursor behind a token."));
      if (!head.at(-1).ids) head = await scored(head);
      chosen = head.pop();
    }
    const prompt = await promptOf(head);
    const {next, entropy} = await answer("/unroll/inspect", {...asked(), seed: undefined, stop: undefined, prompt, of: "next", top: 20});
    if (number !== asking) return;
    const list = rows(next, token => [visible(token.token) || "(end)", percent(Math.exp(token.logprob)), percent(token.probability)], token => choose(head, token, isBefore));
    for (const [index, {firstChild: row}] of [...list.children].entries()) {
      const token = next[index], p = Math.exp(token.logprob), isChosen = chosen?.ids?.length === 1 && chosen.ids[0] === token.id;
      row.setAttribute("aria-label", `${visible(token.token)}, ${percent(p)}, rank ${index + 1}${isChosen ? ", chosen" : ""}; drawn ${percent(token.probability)}`);
      row.className = isChosen ? "chosen" : "";
      row.style.setProperty("--share", 100 * p + "%");
    }
    const about = chosen ? `“${visible(chosen.text)}” stands there${chosen.bits === null ? "" : `: ${percent(2 ** -chosen.bits)}, ${digits(chosen.bits)} bits`}. Choosing another cuts the text there and goes on.` : "Choosing one appends it at the cursor, and cuts what stands behind.";
    open(chosen ? "Alternatives" : "Next token", element("p", about), element("p", `Left: the model’s probability; right: what is drawn with these settings. Uncertainty: ${digits(entropy)} bits.`, {className: "quiet"}), list);
    following = () => distribution(isBefore);
  });
}
async function choose(head, token, goesOn) {
  const text = (await answer("/detokenize", {model: $("model").value, tokens: [token.id]})).prompt;
  const taken = [...head, {text, ids: [token.id], bits: -token.logprob / Math.LN2, written: true}];
  if (goesOn) return goOn(taken);
  before.push(doc);
  undone = [];
  show(taken);
  field.setSelectionRange(field.value.length, field.value.length);
  distribution(false);
}
$("alternatives").addEventListener("click", () => distribution(true));
$("next").addEventListener("click", () => distribution(false));
let delay = 0;
function follow() { clearTimeout(delay); if (following && !running) delay = setTimeout(() => following?.(), 150); }
document.addEventListener("selectionchange", () => { if (document.activeElement === field) follow(); });

/// What the cursor points at, without a request.
let hovering = 0;
$("scroll").addEventListener("mousemove", event => {
  if (hovering || running || !document.caretPositionFromPoint) return;
  hovering = requestAnimationFrame(() => {
    hovering = 0;
    field.style.setProperty("pointer-events", "none");
    mirror.style.setProperty("pointer-events", "auto");
    const at = document.caretPositionFromPoint(event.clientX, event.clientY);
    field.style.removeProperty("pointer-events");
    mirror.style.removeProperty("pointer-events");
    const run = at?.offsetNode?.parentElement;
    let offset = run?.start === undefined ? -1 : run.start + at.offset;
    const piece = doc.find(piece => (offset -= piece.text.length) < 0);
    $("under").textContent = piece && piece.bits !== null && run?.start !== undefined ? `“${visible(piece.text)}” ${percent(2 ** -piece.bits)}, ${digits(piece.bits)} bits` : "";
  });
});

// MARK: Scores

/// Some pieces as pieces of one token each, with their bits behind those before them.
async function scored(all) {
  const {choices} = await answer("/v1/completions", {model: $("model").value, prompt: await promptOf(all), max_tokens: 0, echo: true, logprobs: 0, return_token_ids: true});
  const tints = all.flatMap(piece => new Array(piece.text.length).fill(piece.written));
  let offset = 0;
  return written(choices[0]).map(piece => ({...piece, written: Boolean(tints[(offset += piece.text.length) - piece.text.length])}));
}
/// Gives every piece of the text its tokens and bits.
async function scoreAll() {
  doc = await scored(doc);
  if (textOf(doc) !== field.value) field.value = textOf(doc);
}
const offsetOf = index => textOf(doc.slice(0, index)).length;
function select(index) {
  field.focus();
  field.setSelectionRange(offsetOf(index), offsetOf(index + 1));
}
const needsText = () => { if (!textOf(doc)) { complain("Write some text first."); return true; } };
$("score").addEventListener("click", () => running || needsText() || attempt(async () => {
  await scoreAll();
  if ($("shade").value === "off" || $("shade").value === "values") $("shade").value = "unlikely";
  draw();
  refresh();
  const found = scoreOf(doc);
  if (!found.tokens) return open("Score", element("p", "Nothing stands before the only token, so nothing predicts it."));
  const worst = doc.map((piece, index) => ({piece, index})).filter(({piece}) => piece.bits !== null).sort((a, b) => b.piece.bits - a.piece.bits).slice(0, 10);
  const list = rows(worst, ({piece, index}) => {
    const offset = offsetOf(index);
    return [visible(field.value.slice(Math.max(0, offset - 14), offset)) + "▸" + visible(piece.text), digits(piece.bits), "bits"];
  }, ({index}) => select(index));
  open("Score", element("p", `${digits(found.bitsPerCharacter)} bits for each of ${count(found.characters, "character")}; perplexity ${digits(found.perplexity)} over ${count(found.tokens, "token")}.`), element("p", "The most surprising places:", {className: "quiet"}), list);
}));
$("shade").addEventListener("change", () => { draw(); legend(); });

// MARK: Several at once

$("several").addEventListener("click", () => {
  const way = choice([2, 3, 4, 6, 8].map(n => [n, n + " texts"]).concat([["t", "temperatures 0.2, 0.5, 1"]]), {id: "way"});
  const start = element("button", "Write them", {type: "button", className: "main"});
  const columns = element("div", undefined, {className: "columns"});
  open("Several at once", bar(["Write", way], start), columns);
  start.addEventListener("click", () => running || writeSeveral(way.value, columns));
});
async function writeSeveral(way, columns) {
  running = new AbortController();
  refresh();
  say("Writing …");
  const base = doc, body = asked();
  const ways = way === "t" ? [0.2, 0.5, 1].map(temperature => ({temperature})) : Array.from({length: Number(way)}, (_, i) => ({seed: setting("seed").get() + i}));
  const made = ways.map(one => {
    const box = element("article"), text = element("div", "", {className: "mono", dir: "auto", lang: "", tabIndex: 0, "aria-label": "Text", role: "group"}), take = element("button", "Take", {type: "button"});
    box.append(element("p", Object.entries(one)[0].join(" "), {className: "quiet"}), text, take);
    const column = {text, one, doc: [...base]};
    take.addEventListener("click", () => { if (running) return; before.push(doc); undone = []; last = base; for (const name in one) setting(name).set(one[name]); show(column.doc); remember(); });
    columns.append(box);
    return column;
  });
  columns.replaceChildren(...[...columns.children].slice(-made.length));
  await attempt(async () => {
    const prompt = await promptOf(base);
    await Promise.all(made.map(async column => {
      for await (const event of events("/v1/completions", {...body, ...column.one, prompt, stream: true, logprobs: 0, return_token_ids: true}, running.signal)) {
        const choice = event.choices?.[0];
        if (!choice?.text) continue;
        column.text.append(choice.text);
        column.doc.push(...written(choice));
      }
    }));
  });
  running = null;
  say("Written.");
  refresh();
}

// MARK: Units and influence

let states = null;
/// Colours the text by numbers of −1 to 1, one for each piece.
function colour(name, numbers) {
  values = name;
  doc.forEach((piece, index) => piece.value = numbers[index]);
  const option = [...$("shade").options].find(option => option.value === "values");
  [option.disabled, option.textContent] = [false, name];
  $("shade").value = "values";
  draw();
  legend();
}
$("units").addEventListener("click", () => running || needsText() || attempt(async () => {
  await scoreAll();
  const model = models.find(model => model.id === $("model").value).unroll;
  const layer = element("input", undefined, {type: "number", min: 1, max: model.layers, value: model.layers, id: "layer"});
  const state = choice(model.cell === "lstm" ? [["cell"], ["hidden"]] : [["hidden"]], {id: "state"});
  const unit = element("input", undefined, {type: "number", min: 1, max: model.hidden_size, value: 1, id: "unit"});
  const found = element("div"), chart = element("div");
  const pick = element("button", "Units on in the selection", {type: "button", title: "Units that are high where text is selected, and low elsewhere"});
  open("Units", element("p", "The text is coloured by what a unit holds after each token."), bar(["Layer", layer], ["State", state], ["Unit", unit], pick), found, chart);
  const paint = () => {
    const index = Math.min(Math.max(Number(unit.value) || 1, 1), states.units) - 1;
    const numbers = states.rows.map(row => row[index] / 127);
    colour(`unit ${index + 1} of layer ${states.layer}`, numbers);
    const shown = numbers.slice(-240);
    chart.replaceChildren(plot([{name: "", values: shown}], {least: -1, most: 1, label: `Unit ${index + 1} over the last ${count(shown.length, "place")}`, height: 90}));
  };
  const list = (all, texts) => rows(all, texts, one => { unit.value = one.unit; paint(); });
  const load = () => attempt(async () => {
    const loaded = await answer("/unroll/inspect", {model: $("model").value, prompt: doc.flatMap(piece => piece.ids), of: "states", layer: Number(layer.value), state: state.value});
    const bytes = Int8Array.from(atob(loaded.data), c => c.charCodeAt(0));
    // A piece of several tokens has the state after its last one.
    let token = -1;
    states = {...loaded, rows: doc.map(piece => { token += piece.ids.length; return bytes.subarray(token * loaded.units, (token + 1) * loaded.units); })};
    const tracked = loaded.tracking.toSorted((a, b) => a.p - b.p || Math.abs(b.correlation) - Math.abs(a.correlation));
    found.replaceChildren(element("p", tracked.length ? "Units that go best with a property, the correlation, and how often chance does as well:" : "No property of this text changes.", {className: "quiet"}), list(tracked, row => [`${row.property}: unit ${row.unit}`, digits(row.correlation), percent(row.p)]));
    unit.value = tracked[0]?.unit ?? 1;
    paint();
  });
  for (const input of [layer, state]) input.addEventListener("change", load);
  unit.addEventListener("change", paint);
  pick.addEventListener("click", () => {
    const [from, to] = [field.selectionStart, field.selectionEnd];
    if (from === to) return complain("Select a part of the text first.");
    let offset = 0;
    const inside = doc.map(piece => { const is = offset >= from && offset < to; offset += piece.text.length; return is; });
    const n = inside.filter(Boolean).length, m = inside.length - n;
    const means = Array.from({length: states.units}, (_, index) => {
      let on = 0, off = 0;
      states.rows.forEach((row, place) => inside[place] ? on += row[index] : off += row[index]);
      return {unit: index + 1, on: on / n / 127, off: m ? off / m / 127 : 0};
    }).toSorted((a, b) => (b.on - b.off) - (a.on - a.off)).slice(0, 8);
    found.replaceChildren(element("p", "The mean in the selection, and elsewhere:", {className: "quiet"}), list(means, row => ["unit " + row.unit, digits(row.on), digits(row.off)]));
    unit.value = means[0].unit;
    paint();
  });
  await load();
}));
$("read").addEventListener("click", () => running || needsText() || attempt(async () => {
  const length = textOf(cursor()).length || field.value.length;
  await scoreAll();
  let offset = 0, place = 0;
  while (place < doc.length - 1 && (offset += doc[place].text.length) < length) place++;
  if (place === 0) return open("What did it read?", element("p", "Put the cursor behind a token that others stand before."));
  const first = tokens => tokens.flatMap(piece => piece.ids).length;
  const prompt = doc.slice(0, place + 1).flatMap(piece => piece.ids);
  const found = await answer("/unroll/inspect", {model: $("model").value, prompt, of: "influence", target: first(doc.slice(0, place))});
  let token = 0;
  // What cannot be left out has no number.
  const by = (numbers, piece, at) => piece.ids.map((_, i) => numbers[at + i - found.first] ?? null).reduce((sum, one) => one === null ? sum : sum + one, null);
  const felt = doc.slice(0, place).map(piece => { const one = {piece, out: by(found.left_out, piece, token), slope: by(found.gradient_times_input, piece, token)}; token += piece.ids.length; return one; });
  const greatest = Math.max(...felt.map(one => Math.abs(one.out ?? 0)), 1e-9);
  colour("nats of influence", felt.map(one => (one.out ?? 0) / greatest));
  const list = rows(felt.map((one, index) => ({...one, index})).toSorted((a, b) => Math.abs(b.out) - Math.abs(a.out)).slice(0, 8), one => [`${visible(one.piece.text)}, ${count(place - one.index, "place")} before`, digits(one.out), digits(one.slope)], one => select(one.index));
  open("What did it read?", element("p", `What of the last ${count(found.left_out.length, "token")} speaks for “${visible(doc[place].text)}”: by how many nats its log-probability falls when a token is left out, and gradient × input. Orange speaks for it, blue against it.`), list);
}));

// MARK: Link, code, model

let models = [];
function describe() {
  const body = asked(), base = last ?? doc;
  const prompt = textOf(base);
  const url = location.origin + "/v1/completions";
  const hasKey = Boolean(sessionStorage.getItem("key"));
  $("as-curl").textContent = `curl ${url} -H 'Content-Type: application/json'${hasKey ? " -H \"Authorization: Bearer $UNROLL_API_KEY\"" : ""} -d ${quoted(JSON.stringify({...body, prompt}))}`;
  const extra = Object.fromEntries(Object.entries(body).filter(([key]) => ["top_k", "min_p", "repetition_penalty"].includes(key)));
  const own = Object.entries({...body, prompt}).filter(([key]) => !(key in extra)).map(([key, value]) => `    ${key}=${JSON.stringify(value)},`);
  $("as-python").textContent = [...hasKey ? ["import os"] : [], "from openai import OpenAI", "", `client = OpenAI(base_url=${JSON.stringify(location.origin + "/v1")}, api_key=${hasKey ? `os.environ["UNROLL_API_KEY"]` : `"any"`})`, "answer = client.completions.create(", ...own, ...Object.keys(extra).length ? [`    extra_body=${JSON.stringify(extra)},`] : [], ")", "print(answer.choices[0].text)"].join("\n");
  const flags = {temperature: "temperature", top_k: "top-k", top_p: "top-p", min_p: "min-p", repetition_penalty: "repetition-penalty", max_tokens: "length", seed: "seed"};
  $("as-unroll").textContent = `unroll generate ${body.model}.safetensors --prompt ${quoted(prompt)}` + Object.entries(flags).filter(([key]) => key in body).map(([key, flag]) => ` --${flag} ${body[key]}`).join("") + (body.stop ? ` --stop ${quoted(body.stop[0])}` : "");
}
function link() {
  const body = asked(), base = last ?? doc;
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(body)) query.set(key, key === "stop" ? value[0] : value);
  query.set("prompt", textOf(base));
  if (base.length && base.every(piece => piece.ids)) query.set("ids", base.flatMap(piece => piece.ids).join());
  return location.origin + "/#" + query;
}
async function copy(text, button) {
  try { await navigator.clipboard.writeText(text); } catch {
    // Without the permission, a field that is selected can be copied from.
    const box = element("textarea", text);
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
  const name = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => button.textContent = name, 1500);
}
$("copy-link").addEventListener("click", event => {
  const text = link();
  if (text.length > 16000) return complain("The text is too long for a link.");
  history.replaceState(null, "", text);
  copy(text, event.target);
});
for (const button of document.querySelectorAll("[data-copy]")) button.addEventListener("click", () => copy($(button.dataset.copy).textContent, button));
function fromLink() {
  const query = new URLSearchParams(location.hash.slice(1));
  if (!query.has("prompt")) return false;
  for (const one of settings) one.set(query.get(one.name) ?? one.off ?? one.usual);
  $("stops").value = (query.get("stop") ?? "").replace(/\n/g, "\\n");
  const isServed = models.some(model => model.id === query.get("model"));
  if (isServed) $("model").value = query.get("model");
  else complain(`This link is for the model ${query.get("model")}, which is not served here: another one writes another text.`);
  $("fresh").checked = false;
  const ids = isServed ? query.get("ids")?.split(",").map(Number) : null;
  show(query.get("prompt") ? [{text: query.get("prompt"), ids: ids ?? null, bits: null, written: false}] : []);
  say("This link has a beginning and settings: Go on writes its text.");
  return true;
}

const kinds = {
  classifier: {title: "Classify texts", path: "/v1/classify", extra: {top: 3}, rows: (line, one) => [line, ...one.labels.map(label => `${label.label} ${percent(label.probability)}`)]},
  tagger: {title: "Tag words", path: "/v1/tag", extra: {}, rows: (_, one) => one.words.map((word, i) => `${word} ${one.tags[i]}`)},
  translator: {title: "Translate texts", path: "/v1/translate", extra: {}, rows: (line, one) => [line, one.translation ?? "(nothing)"]},
};
function chooseModel() {
  const model = models.find(model => model.id === $("model").value);
  if (!model) return;
  const kind = Object.keys(kinds).find(kind => model.unroll.kind.includes(kind));
  $("card").replaceChildren(...Object.entries(model.unroll).flatMap(([name, value]) => [element("dt", name.replace(/_/g, " ")), element("dd", Array.isArray(value) ? value.join(", ") : typeof value === "number" ? value.toLocaleString("en") : value)]));
  $("use-title").textContent = kind ? kinds[kind].title : "";
  $("write").hidden = Boolean(kind);
  $("use").hidden = !kind;
  describe();
}
$("model").addEventListener("change", () => { last = null; branches.length = before.length = undone.length = 0; listBranches(); doc = joined(doc.map(piece => ({...piece, ids: null, bits: null}))); close(); show(doc); chooseModel(); });
$("ask").addEventListener("click", () => attempt(async () => {
  const model = models.find(model => model.id === $("model").value);
  const kind = kinds[Object.keys(kinds).find(kind => model.unroll.kind.includes(kind))];
  const lines = $("input").value.split("\n").filter(line => line.trim());
  if (!lines.length) return complain("Write a text first.");
  const {data} = await answer(kind.path, {model: model.id, input: lines, ...kind.extra});
  const table = element("table");
  for (const [index, one] of data.entries()) {
    const row = table.insertRow();
    for (const text of kind.rows(lines[index], one)) row.insertCell().textContent = text;
  }
  $("answers").replaceChildren(table);
}));

// MARK: Beginning

addEventListener("hashchange", () => { if (fromLink()) chooseModel(); });
$("help").addEventListener("click", () => $("keys").showModal());
addEventListener("keydown", event => {
  const inField = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName);
  const command = event.ctrlKey || event.metaKey;
  if (document.querySelector("dialog[open]")) return;
  if (command && event.key === "Enter" && !$("write").hidden) goOn();
  else if (event.key === "Escape") running ? running.abort() : close();
  else if (event.altKey && event.code === "KeyA") distribution(true);
  else if (event.altKey && event.code === "KeyN") distribution(false);
  else if (command && event.key.toLowerCase() === "z" && !inField) event.shiftKey ? goBack(undone, before) : goBack(before, undone);
  else if (event.key === "?" && !inField) $("keys").showModal();
  else return;
  event.preventDefault();
});
if (matchMedia("(max-width: 56rem)").matches) $("settings-box").open = false;
for (const one of settings) one.set(one.usual);
addEventListener("pagehide", keep);
refresh();
attempt(async () => {
  models = (await answer("/v1/models")).data;
  $("model").replaceChildren(...models.map(model => element("option", model.id)));
  if (!fromLink()) {
    const kept = JSON.parse(sessionStorage.getItem("texts") ?? "null");
    // Tokens belong to their model.
    if (models.some(model => model.id === kept?.model)) { $("model").value = kept.model; branches.push(...kept.branches); show(kept.doc); listBranches(); }
  }
  chooseModel();
});
