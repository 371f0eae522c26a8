/// How a page of an inspection looks.
enum InspectionStyle {
  /// The steps of the scale of a unit to each side of zero, and those of the bits.
  static let unitSteps = 10
  static let bitSteps = 9

  /// The classes of the scale of a unit, from the most negative: n10 … n1, z, p1 … p10.
  static func unitClass(_ level: Int) -> String {
    level == 0 ? "z" : level < 0 ? "n\(-level)" : "p\(level)"
  }

  static let text = rules + scales

  private static let rules = """
    :root{color-scheme:light dark;--page:#fdfdfc;--ink:#16181d;--quiet:#50545e;--line:#d8d8d4;--panel:#f3f3f0;--link:#1f4fa8}
    @media (prefers-color-scheme:dark){:root{--page:#15171c;--ink:#ececea;--quiet:#a8adb8;--line:#373b45;--panel:#1f222a;--link:#8ab4f8}}
    *{box-sizing:border-box}
    body{margin:0 auto;padding:1rem;max-width:72rem;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:break-word}
    h1{font-size:1.35rem;line-height:1.25;margin:.2rem 0 .5rem}
    h2{font-size:1.1rem;margin:2rem 0 .4rem}
    p{margin:.4rem 0;max-width:46rem}
    .quiet{color:var(--quiet);font-size:.9rem}
    table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.9rem;max-width:100%}
    th,td{text-align:left;padding:.25rem .7rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:baseline}
    th{font-weight:600}
    td.number,th.number{text-align:right}
    button,select{font:inherit;color:inherit;background:var(--panel);border:1px solid var(--quiet);border-radius:.3rem;padding:.15rem .55rem;min-height:1.75rem}
    button:hover{border-color:var(--link);color:var(--link)}
    :focus-visible{outline:3px solid var(--link);outline-offset:2px}
    summary{cursor:pointer;padding:.2rem 0}
    #bar{padding:.5rem 0;display:flex;flex-wrap:wrap;gap:.4rem .8rem;align-items:center}
    #controls{display:flex;flex-wrap:wrap;gap:.4rem;align-items:center;max-width:100%}
    select{min-width:0;max-width:100%;width:26rem}
    .scale{display:inline-flex;border:1px solid var(--line)}
    .scale i{width:.7rem;height:1rem}
    [hidden]{display:none!important}
    #text{font:.95rem/1.75 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere;padding:.4rem .6rem;tab-size:4;max-height:min(60vh,36rem);overflow:auto;border:1px solid var(--line);border-radius:.4rem .4rem 0 0}
    #text span{cursor:pointer;padding:.12em 0}
    #text i{font-style:normal;color:var(--quiet)}
    #text [class^=n] i,#text [class^=p] i,#text [class^=b] i{color:var(--ink)}
    #text .at{outline:2px solid var(--ink);outline-offset:0}
    #detail{background:var(--panel);border:1px solid var(--line);border-top:0;border-radius:0 0 .4rem .4rem;padding:.5rem .7rem;min-height:6.5rem}
    #detail p{margin:0}
    #detail ol{margin:.3rem 0 0;padding:0;list-style:none;display:flex;flex-wrap:wrap;gap:.2rem .9rem}
    #detail code,.context,.step code{font-family:ui-monospace,monospace}
    .steppers{float:right;display:flex;gap:.3rem;margin:0 0 .3rem .6rem}
    .contexts{list-style:none;margin:.2rem 0 .8rem;padding:0}
    .contexts li{padding:.2rem 0;border-bottom:1px solid var(--line)}
    .context{white-space:pre-wrap;overflow-wrap:anywhere}
    mark{background:var(--p7);color:inherit;outline:1px solid var(--quiet)}
    figure{margin:0}
    .plots{display:flex;flex-wrap:wrap;gap:1rem}
    figcaption{font-size:.85rem;color:var(--quiet)}
    svg{display:block;max-width:100%;height:auto}
    svg text{fill:var(--ink);font:12px system-ui,sans-serif}
    .axis{stroke:var(--quiet);fill:none}
    .curve{stroke:var(--link);stroke-width:2;fill:none}
    .dot{fill:var(--link);fill-opacity:.45}
    .steps{list-style:none;margin:1rem 0;padding:0;display:flex;flex-wrap:wrap;gap:1rem .3rem}
    .step{width:8.4rem;display:flex;flex-direction:column;align-items:center;gap:.15rem}
    .step p{margin:0;min-height:1.6rem}
    .step .flow{color:var(--quiet);line-height:1;min-height:0}
    .layer{display:flex;align-items:center;gap:.25rem;width:100%;justify-content:space-between}
    .layer svg{width:7rem;border:1px solid var(--line)}
    @media (max-width:30rem){.step{width:calc(50% - .15rem)}.layer svg{width:calc(100% - 1.2rem)}th,td{padding-right:.45rem}.wide{display:none}}
    @media (forced-colors:active){#text [class^=p],#text [class^=b]{text-decoration:underline}#text [class^=n]{text-decoration:underline dotted}}

    """

  /// The colours of all steps, in light and dark; text on each has a contrast of at least 4.5.
  private static var scales: String {
    let light = Palette(
      zero: (253, 253, 252), low: (96, 160, 245), high: (243, 150, 62), bits: (196, 126, 228))
    let dark = Palette(
      zero: (21, 23, 28), low: (34, 92, 172), high: (152, 76, 12), bits: (118, 56, 152))
    var classes = ".z{fill:var(--page)}\n"
    for level in 1...unitSteps {
      for name in ["n\(level)", "p\(level)"] {
        classes += ".\(name){background:var(--\(name));fill:var(--\(name))}\n"
      }
    }
    for level in 1...bitSteps { classes += ".b\(level){background:var(--b\(level))}\n" }
    return
      ":root{\(light.variables)}\n@media (prefers-color-scheme:dark){:root{\(dark.variables)}}\n"
      + classes
  }

  /// The ends of the scales in one theme.
  private struct Palette {
    typealias Colour = (red: Double, green: Double, blue: Double)
    let zero, low, high, bits: Colour

    var variables: String {
      let unit = (1...unitSteps).flatMap { level in
        let share = Double(level) / Double(unitSteps)
        return ["--n\(level):\(mixed(low, share))", "--p\(level):\(mixed(high, share))"]
      }
      let steps = (1...bitSteps).map { "--b\($0):\(mixed(bits, Double($0) / Double(bitSteps)))" }
      return (unit + steps).joined(separator: ";")
    }

    private func mixed(_ end: Colour, _ share: Double) -> String {
      func part(_ zero: Double, _ end: Double) -> String {
        let digits = String(Int((zero + share * (end - zero)).rounded()), radix: 16)
        return digits.count < 2 ? "0" + digits : digits
      }
      return "#" + part(zero.red, end.red) + part(zero.green, end.green) + part(zero.blue, end.blue)
    }
  }
}
