/** Tones in the middle between black and white, which can be read on both. */
export const COLOURS = {
  text: "#747b85",
  grid: "#747b85",
  baseline: "#3b82d6",
  candidate: "#d0780c",
  harm: "#dc3a3a",
  safety: "#2b9a4e",
} as const;

/** Sizes in pixels. */
export const PAGE = {
  width: 900,
  left: 76,
  right: 24,
  /** Height of the panels' insides. */
  panel: { weight: 90, criterion: 130, evidence: 90 },
  /** Between two panels: the title of the lower one. */
  gap: 40,
} as const;

export const STYLE = [
  `text{font:12px Helvetica,Arial,DejaVu Sans,sans-serif;fill:${COLOURS.text}}`,
  ".title{font-size:17px;font-weight:bold}",
  ".head{font-size:13px;font-weight:bold}",
  ".small{font-size:11px}",
].join("");
