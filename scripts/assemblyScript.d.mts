import type {Plugin} from 'vite';

export declare const assemblyScript: () => Plugin;
