import type {DatasetSpec} from '../core/plugin.ts';
import {blobs} from './blobs/spec.ts';
import {breastCancer} from './breast-cancer/spec.ts';
import {circles} from './circles/spec.ts';
import {clockGrammar} from './clock-grammar/spec.ts';
import {diabetes} from './diabetes/spec.ts';
import {digits} from './digits/spec.ts';
import {inline} from './inline/spec.ts';
import {iris} from './iris/spec.ts';
import {leastSquaresInstances} from './least-squares-instances/spec.ts';
import {modularAddition} from './modular-addition/spec.ts';
import {moons} from './moons/spec.ts';
import {needle} from './needle/spec.ts';
import {penguins} from './penguins/spec.ts';
import {sine} from './sine/spec.ts';
import {spiral} from './spiral/spec.ts';
import {step} from './step/spec.ts';
import {surfaceFunctions} from './surface-functions/spec.ts';
import {text} from './text/spec.ts';
import {wine} from './wine/spec.ts';
import {xor} from './xor/spec.ts';

/** Every data set, one line each; the order is the menu's. */
export const DATASETS: readonly DatasetSpec[] = [
  xor,
  circles,
  moons,
  spiral,
  blobs,
  sine,
  step,
  iris,
  wine,
  breastCancer,
  penguins,
  diabetes,
  digits,
  modularAddition,
  clockGrammar,
  text,
  leastSquaresInstances,
  needle,
  surfaceFunctions,
  inline,
];
