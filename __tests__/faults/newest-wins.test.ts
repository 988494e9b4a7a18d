// The same cases as among the unit tests, 1,000 of each with `npm run test:faults`.
import "../lambdas/structure/publish.test";
