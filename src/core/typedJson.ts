/** JSON with typed arrays inside: `{"$Float64Array": [...]}`, rounded to a number of digits, NaN as null. */
const TYPES = {Float64Array, Float32Array, Int32Array, Uint8Array} as const;
type TypeName = keyof typeof TYPES;

const nameOf = (value: unknown): TypeName | undefined => (Object.keys(TYPES) as TypeName[]).find((name) => value instanceof TYPES[name]);

export function toTypedJson(value: unknown, digits: number): string {
  const round = (entry: number): number | null => (Number.isFinite(entry) ? Number(entry.toPrecision(digits)) : null);
  return JSON.stringify(value, (_key, entry: unknown) => {
    const name = nameOf(entry);
    return name ? {[`$${name}`]: Array.from(entry as Float64Array, round)} : entry;
  });
}

export function fromTypedJson(text: string): unknown {
  return JSON.parse(text, (_key, entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return entry;
    const [key, values] = Object.entries(entry)[0] ?? [];
    const name = (Object.keys(TYPES) as TypeName[]).find((type) => key === `$${type}`);
    return name && Array.isArray(values) ? TYPES[name].from(values.map((v: number | null) => v ?? Number.NaN)) : entry;
  });
}
