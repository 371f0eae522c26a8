// MARK: Learn

const usualSentences = "hey how are you\ngood i am fine\nhave a nice day";
$("sentences").value = usualSentences;
const equations = {
  rnn: "h' = tanh(W x + b + U h + c)",
  lstm: "i = σ(Wᵢ x + bᵢ + Uᵢ h + cᵢ)\nf = σ(W_f x + b_f + U_f h + c_f)\ng = tanh(W_g x + b_g + U_g h + c_g)\no = σ(Wₒ x + bₒ + Uₒ h + cₒ)\nm' = f m + i g\nh' = o tanh(m')",
  gru: "r = σ(Wᵣ x + bᵣ + Uᵣ h + cᵣ)\nz = σ(W_z x + b_z + U_z h + c_z)\nn = tanh(Wₙ x + bₙ + r (Uₙ h + cₙ))\nh' = (1 − z) n + z h",
};
let lesson = null, playing = 0;
const curves = [];
$("lesson").addEventListener("submit", event => {
  event.preventDefault();
  if (lesson?.controller) lesson.controller.abort();
  attempt(train);
});
async function train() {
  clearInterval(playing);
  const cell = $("cell").value, controller = new AbortController();
  const sentences = $("sentences").value.split("\n").filter(line => line);
  const own = lesson = {controller, cell};
  const curve = {name: cell, values: [], at: [], look: ["rnn", "lstm", "gru"].indexOf(cell)};
  const same = sentences.join("\n");
  if (curves.sentences !== same) curves.length = 0;
  curves.sentences = same;
  $("lesson-status").textContent = "Training …";
  let epoch = 0;
  try {
    for await (const event of events("/unroll/lesson", {sentences, cell, hidden_size: Number($("hidden").value), epochs: Number($("epochs").value), seed: Number($("lesson-seed").value), prompt: $("start").value}, controller.signal)) {
      if (event.vocabulary) {
        Object.assign(own, event);
        curves.splice(0, curves.length, ...curves.filter(old => old.name !== cell), curve);
        $("taught").hidden = false;
        tables();
        $("equations").textContent = equations[cell];
      } else if (event.loss !== undefined) {
        curve.at.push(epoch = event.epoch);
        curve.values.push(event.loss);
        $("so-far").textContent = event.completion;
        const most = Math.max(...curves.map(one => one.at.at(-1) ?? 0), own.epochs);
        $("losses").replaceChildren(plot(curves, {label: "The loss over the epochs: " + curves.map(one => `${one.name} ends at ${number(one.values.at(-1) ?? 0)}`).join(", "), line: Math.log(own.vocabulary.length), end: most + 1, across: count(most, "epoch")}));
        // It learns in no time; a person wants to see it.
        if (!matchMedia("(prefers-reduced-motion: reduce)").matches) await new Promise(done => setTimeout(done, 25));
      } else {
        Object.assign(own, event);
        unroll();
      }
    }
  } catch (error) {
    $("lesson-status").textContent = "";
    throw error;
  } finally {
    own.controller = null;
  }
  $("runs").textContent = curves.map(one => `${one.name}: ${number(one.values.at(-1), 4)} nats after ${count(one.at.at(-1), "epoch")}`).join("; ");
  $("lesson-status").textContent = `Trained ${count(own.parameter_count, "parameter")} for ${count(epoch, "epoch")}: “${own.completion}”`;
}
function row(table, cells, header) {
  const line = table.insertRow();
  line.append(element("th", header, {scope: "row"}), ...cells.map(cell => element("td", cell, {className: "mono"})));
}
function tables() {
  const {vocabulary, sentences} = lesson;
  $("dictionary").replaceChildren();
  row($("dictionary"), vocabulary.map(visible), "character");
  row($("dictionary"), vocabulary.map((_, i) => i), "number");
  $("pairs").replaceChildren();
  for (const sentence of sentences) {
    const all = [...sentence].map(visible);
    row($("pairs"), all.slice(0, -1), "input");
    row($("pairs"), all.slice(1), "target");
  }
  $("which").replaceChildren(...sentences.map((sentence, i) => element("option", sentence.trim(), {value: i})));
  oneHot();
}
function oneHot() {
  const {vocabulary, sentences} = lesson, table = $("one-hot");
  table.replaceChildren();
  row(table, vocabulary.map(visible), "");
  for (const character of [...sentences[Number($("which").value) || 0]].slice(0, -1)) {
    row(table, vocabulary.map(entry => entry === character ? 1 : 0), visible(character));
    for (const cell of table.rows[table.rows.length - 1].cells) if (cell.textContent === "1" && cell.tagName === "TD") cell.className = "one";
  }
}
$("which").addEventListener("change", oneHot);
function unroll() {
  const {vocabulary, unrolled, completion, prompt} = lesson;
  const given = [...prompt].length;
  $("steps").replaceChildren(...unrolled.map((step, index) => {
    const item = element("li", undefined, {className: "step"});
    const cells = element("div", undefined, {className: "cells", role: "img", "aria-label": "Hidden state: " + step.hidden.map(value => number(value, 1)).join(" ")});
    for (const value of step.hidden) {
      const shade = Math.round(5 * value);
      cells.append(element("i", "", {className: shade > 0 ? "p" + shade : shade < 0 ? "n" + -shade : "", title: number(value)}));
    }
    item.append(element("p", visible(vocabulary[step.token]), {className: "mono"}), element("p", index < given ? "given" : "written", {className: "quiet"}), cells, ...step.next.slice(0, 3).map(next => element("p", `${visible(vocabulary[next.token])} ${percent(Math.exp(next.logprob))}`, {className: "mono"})));
    return item;
  }));
  $("at").max = unrolled.length - 1;
  $("completed").replaceChildren(prompt, element("span", completion.slice(prompt.length), {className: "w"}));
  stepTo(0);
}
function stepTo(index) {
  const {vocabulary, unrolled, prompt} = lesson;
  index = Math.min(Math.max(index, 0), unrolled.length - 1);
  $("at").value = index;
  [...$("steps").children].forEach((item, i) => { item.classList.toggle("now", i === index); i === index ? item.setAttribute("aria-current", "step") : item.removeAttribute("aria-current"); });
  const item = $("steps").children[index], box = $("steps");
  box.scrollLeft = item.offsetLeft - box.offsetLeft - box.clientWidth / 2 + item.clientWidth / 2;
  const step = unrolled[index], best = step.next[0];
  $("explained").textContent = `Step ${index + 1}: it reads “${visible(vocabulary[step.token])}”${index < [...prompt].length ? "" : ", which it wrote itself,"} and expects “${visible(vocabulary[best.token])}” with ${percent(Math.exp(best.logprob))}.`;
  $("back").disabled = index === 0;
  $("forth").disabled = index === unrolled.length - 1;
}
const at = () => Number($("at").value);
$("at").addEventListener("input", () => stepTo(at()));
$("back").addEventListener("click", () => stepTo(at() - 1));
$("forth").addEventListener("click", () => stepTo(at() + 1));
$("play").addEventListener("click", () => {
  clearInterval(playing);
  stepTo(0);
  playing = setInterval(() => at() < lesson.unrolled.length - 1 ? stepTo(at() + 1) : clearInterval(playing), 500);
});

attempt(train);
