import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import {assertNever} from '../core/result.ts';
import type {StudyCommand, StudyEvent} from '../core/study.ts';
import {fetchDataFile} from './data.ts';
import {messageOf, type StudyServices} from './studies/services.ts';
import type {WorkerScope} from './workerScope.ts';

/** One study for each worker. Code comes with its kind: a certificate needs no tensors, and is at work at once. */
const scope = globalThis as unknown as WorkerScope<StudyCommand>;
const emit = (event: StudyEvent): void => scope.postMessage(event, []);

async function study(command: StudyCommand): Promise<void> {
  const services: StudyServices = {emit, readFile: fetchDataFile('base' in command ? command.base : ''), clock: () => performance.now()};
  switch (command.kind) {
    case 'certificate': {
      const {certificateStudy} = await import('./studies/certificate.ts');
      return certificateStudy(command, services);
    }
    case 'path': {
      const [{pathStudy}] = await Promise.all([import('./studies/path.ts'), prepareTensors()]);
      return pathStudy(command, services);
    }
    case 'starts': {
      const [{startsStudy}] = await Promise.all([import('./studies/starts.ts'), prepareTensors()]);
      return startsStudy(command, services);
    }
    case 'curvature':
    case 'gradientCheck': {
      const [{curvatureStudy, gradientCheckStudy}] = await Promise.all([import('./studies/curvature.ts'), prepareTensors()]);
      return command.kind === 'curvature' ? curvatureStudy(command, services) : gradientCheckStudy(command, services);
    }
    case 'directions': {
      const [{directionsStudy}] = await Promise.all([import('./studies/curvature.ts'), prepareTensors()]);
      return directionsStudy(command, services);
    }
    case 'sweep': {
      const [{sweepStudy}] = await Promise.all([import('./studies/sweep.ts'), prepareTensors()]);
      return sweepStudy(command, services);
    }
    case 'basins': {
      const [{basinsStudy}] = await Promise.all([import('./studies/basins.ts'), prepareTensors()]);
      return basinsStudy(command, services);
    }
    case 'theory': {
      const {theoryStudy} = await import('./studies/theory.ts');
      return theoryStudy(command, services);
    }
    default:
      return assertNever(command);
  }
}

async function prepareTensors(): Promise<void> {
  const {useWasmBinary} = await import('./tf.ts');
  useWasmBinary(simd);
}

scope.onmessage = ({data}) => void study(data).catch((error: unknown) => emit({type: 'refused', field: 'study', message: messageOf(error)}));
