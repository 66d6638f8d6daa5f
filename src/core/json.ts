/** The value that a JSON text stands for; undefined where it is no JSON. Nothing is thrown that would show the text (R9). */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
