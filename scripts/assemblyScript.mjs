import {readFile} from 'node:fs/promises';
import asc from 'assemblyscript/asc';

const SUFFIX = '?asc';

/** Compiles one AssemblyScript module to WebAssembly bytes. */
async function compile(file) {
  const source = await readFile(file, 'utf8');
  let binary;
  const {error, stderr} = await asc.main(
    ['module.ts', '--outFile', 'module.wasm', '-O3', '--runtime', 'stub', '--enable', 'simd', '--noAssert'],
    {
      readFile: (name) => (name === 'module.ts' ? source : null),
      writeFile: (name, contents) => {
        if (name === 'module.wasm') binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error || !binary) throw new Error(`${file} does not compile: ${stderr.toString() || error}`);
  return binary;
}

/**
 * A Vite plugin: `import bytes from './kernel.ts?asc'` gives the compiled module. The few kilobytes are inlined, so
 * that the same import works in workers, in Node and in tests, with nothing to fetch.
 */
export const assemblyScript = () => ({
  name: 'assemblyscript',
  async load(id) {
    if (!id.endsWith(SUFFIX)) return null;
    const file = id.slice(0, -SUFFIX.length);
    this.addWatchFile(file);
    const base64 = Buffer.from(await compile(file)).toString('base64');
    return `export default Uint8Array.from(atob('${base64}'), (c) => c.charCodeAt(0));`;
  },
});
