#!/usr/bin/env node
// In the repository, so that a fresh clone can link it before anything is built.
import '../dist/cli.cjs';
