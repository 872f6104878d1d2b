import type {WebGPUBackend} from '@tensorflow/tfjs-backend-webgpu';
import {tf} from './tf.ts';

const device = (): GPUDevice | null => (tf.getBackend() === 'webgpu' ? ((tf.backend() as WebGPUBackend).device as GPUDevice) : null);

/**
 * Tells of a lost device, and of errors that WebGPU reports without throwing: after those the numbers
 * can't be trusted, as outputs may be recycled memory.
 */
export function watchDevice(tell: (message: string) => void): void {
  const gpu = device();
  if (!gpu) return;
  void gpu.lost.then(({message}) => tell(message || 'the GPU device was lost'));
  gpu.addEventListener('uncapturederror', (event) => tell(`the GPU reported an error: ${event.error.message}`));
}

/** As a driver fault would. */
export function loseDevice(): void {
  device()?.destroy();
}
