import UnrollRuns

/// A time for a person: `0.2 s`, `8 s`, `2:05`, `1:02:05`.
func clockText(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds < 1e8 else { return "?" }
  if seconds < 0.95 { return "\((seconds * 10).rounded() / 10) s" }
  let whole = Int(seconds.rounded(.up))
  func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  if whole < 60 { return "\(whole) s" }
  if whole < 3600 { return "\(whole / 60):\(twoDigits(whole % 60))" }
  return "\(whole / 3600):\(twoDigits(whole / 60 % 60)):\(twoDigits(whole % 60))"
}

/// About how long something takes: `40 s`, `5 min`, `3 h`, `2 days`.
func durationText(_ seconds: Double) -> String {
  switch seconds {
  case ..<90: "\(Int(seconds.rounded())) s"
  case ..<5400: "\(Int((seconds / 60).rounded())) min"
  case ..<172_800: "\(Int((seconds / 3600).rounded())) h"
  default:
    seconds.isFinite && seconds < 1e12
      ? "\(groupedText(Int((seconds / 86_400).rounded()))) days" : "for ever"
  }
}
