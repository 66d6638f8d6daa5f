/** A colour for each server on the dashboard: its own for as many as fit in a stack. */

/** Told apart by people who see no red or green. */
const base = ['#1f77b4', '#ff7f0e', '#9467bd', '#8c564b', '#17becf', '#e377c2', '#7f7f7f', '#bcbd22'];

/** Servers beyond the eighth have a darker or a lighter shade: below 0 towards black, above towards white. */
const shades = [0, -0.45, 0.45, -0.25, 0.25, -0.65, 0.65];

export function colourOf(turn: number): string {
  const shade = shades[Math.floor(turn / base.length) % shades.length] ?? 0;
  const end = shade < 0 ? 0 : 255;
  const parts = (base[turn % base.length] ?? '').match(/[0-9a-f]{2}/g) ?? [];
  const mixed = parts.map((part) => {
    const value = Number.parseInt(part, 16);
    return Math.round(value + (end - value) * Math.abs(shade));
  });
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
