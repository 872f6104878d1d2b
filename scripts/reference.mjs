import {launch} from './launch.mjs';

/** `npm run -s reference -- FILE`: this project's own code against a file of reference values. */
await launch('reference');
