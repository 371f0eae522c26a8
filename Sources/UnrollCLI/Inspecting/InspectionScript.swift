/// What a page of an inspection does: it moves over the tokens and colours them. Text goes in as text only.
enum InspectionScript {
  static let text = #"""
    "use strict";
    (() => {
      const element = (id) => document.getElementById(id);
      const data = JSON.parse(element("data").textContent);
      const text = element("text");
      const tokens = Array.from(text.querySelectorAll("span"));
      const choice = element("choice");
      let current = -1;
      const level = (unit, place) => data.units[unit].charCodeAt(place) - 75;
      const unitClass = (step) => step === 0 ? "" : step < 0 ? "n" + -step : "p" + step;
      const bitClass = (bits) => bits === null || bits < 0.5 ? "" : "b" + Math.min(9, Math.round(bits));
      const paint = () => {
        const ofBits = choice.value === "bits";
        element("unit-scale").hidden = ofBits;
        element("bit-scale").hidden = !ofBits;
        tokens.forEach((token, place) => {
          token.className = ofBits ? bitClass(data.bits[place]) : unitClass(level(choice.value, place));
        });
        if (current >= 0) select(current, false);
      };
      const select = (place, scrolls) => {
        if (current >= 0) tokens[current].classList.remove("at");
        current = Math.max(0, Math.min(tokens.length - 1, place));
        tokens[current].classList.add("at");
        if (scrolls) tokens[current].scrollIntoView({ block: "nearest" });
        const bits = data.bits[current];
        element("reading").textContent = "‘" + data.names[data.tokens[current]] + "’, "
          + (bits === null ? "nothing before it" : bits.toFixed(2) + " bits")
          + (choice.value === "bits" ? "" : ", unit at " + level(choice.value, current) * 10 + " % of its greatest")
          + ". Likeliest to follow:";
        element("guesses").replaceChildren(...data.next[current].map(([token, share]) => {
          const item = document.createElement("li");
          const name = document.createElement("code");
          name.textContent = data.names[token];
          item.append(name, " " + (share / 10).toFixed(1) + " %");
          return item;
        }));
      };
      choice.addEventListener("change", paint);
      text.addEventListener("click", (event) => {
        const place = tokens.indexOf(event.target.closest("span"));
        if (place >= 0) select(place, false);
      });
      text.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.altKey || event.metaKey) return;
        const target = { ArrowLeft: current - 1, ArrowRight: current + 1, Home: 0, End: tokens.length - 1 }[event.key];
        if (target === undefined) return;
        event.preventDefault();
        select(target, true);
      });
      element("previous").addEventListener("click", () => select(current - 1, true));
      element("next").addEventListener("click", () => select(current + 1, true));
      for (const button of document.querySelectorAll("button[data-unit]")) {
        button.disabled = false;
        button.addEventListener("click", () => {
          choice.value = button.dataset.unit;
          paint();
          element("text-heading").scrollIntoView();
        });
      }
      element("controls").hidden = false;
      element("detail").hidden = false;
      paint();
      select(0, false);
    })();
    """#
}
