/** How lines are told apart: by colour and by dash, in light and in dark. */

export type Stroke = { readonly color: string; readonly dash: readonly number[] };

const colors = {
  light: ['#1a56b0', '#a8480a', '#17724a', '#7a34a3', '#9c1f58', '#4a5a6c'],
  dark: ['#8abaff', '#ffb27d', '#7bd8a3', '#d9adf7', '#ff9cc3', '#b8c5d5'],
} as const;

const dashes: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [10, 3, 2, 3], [14, 4], [4, 2, 1, 2]];

export const darkScheme = (): MediaQueryList => window.matchMedia('(prefers-color-scheme: dark)');

export function strokeOf(n: number, isDark: boolean): Stroke {
  const of = isDark ? colors.dark : colors.light;
  return { color: of[n % of.length] ?? of[0], dash: dashes[n % dashes.length] ?? [] };
}

export const frameColors = (isDark: boolean) =>
  isDark
    ? { text: '#a5b1c2', grid: '#2b3542', alarm: '#ffa49c' }
    : { text: '#526072', grid: '#e4e9ef', alarm: '#a31b16' };
