// Sentences that scripts say: written in Italian, said in the reader's language (see site/script_words.py).
let words: Record<string, string> | null = null;

/** Returns a sentence in the language of the page, with `{names}` replaced by values. */
export function phrase(sentence: string, values: Record<string, string | number> = {}): string {
  words ??= JSON.parse(document.getElementById("script-words")?.textContent || "{}") as Record<string, string>;
  return (words[sentence] ?? sentence).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
