export {
  formatSeconds,
  ProgressBar,
  type ProgressBarOptions,
  type ProgressStream,
} from './progress-bar.js';
export { createProgressReporter, type ProgressReporter } from './reporter.js';
