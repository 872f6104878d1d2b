import {launch} from './launch.mjs';

/** `npm run -s experiment -- (--link URL | --config FILE) [--backend wasm|cpu] [--out FILE]` */
await launch('experiment');
