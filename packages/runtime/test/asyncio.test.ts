import { describeTasks } from './asyncio-cases.js';

describeTasks();
