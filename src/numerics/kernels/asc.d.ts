/** A compiled AssemblyScript module (scripts/assemblyScript.mjs). */
declare module '*?asc' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
