import { type PythonEnvironment, pythonEnvironment } from "./python-environment";

export { findPython, PythonError } from "./find-python";

/** What the embedded AWS needs, by version and hash; relative to the project root, which is the working directory. */
export const REQUIREMENTS_FILE = "local/requirements.txt";

/** What the dashboard needs, and what its tests need on top. */
export const DASHBOARD_REQUIREMENTS_FILE = "dashboard/requirements.txt";
const DASHBOARD_DEV_REQUIREMENTS_FILE = "dashboard/requirements-dev.txt";

const EMBEDDED: PythonEnvironment = {
  name: "python",
  requirements: [REQUIREMENTS_FILE],
  modules: ["ministack", "hypercorn", "flask"],
  title: "the embedded AWS",
  packages: "ministack, moto and what they need",
};

const DASHBOARD: PythonEnvironment = {
  name: "dashboard-python",
  requirements: [DASHBOARD_REQUIREMENTS_FILE],
  modules: ["gunicorn", "dash", "duckdb"],
  title: "the dashboard",
  packages: "Dash, DuckDB, gunicorn and what they need",
};

/** Of its own: what the dashboard's tests import must never be what makes the dashboard run. */
export const DASHBOARD_DEV: PythonEnvironment = {
  name: "dashboard-dev-python",
  requirements: [DASHBOARD_REQUIREMENTS_FILE, DASHBOARD_DEV_REQUIREMENTS_FILE],
  modules: [...DASHBOARD.modules, "pytest", "ruff"],
  title: "what tests the dashboard",
  packages: "Dash, DuckDB, gunicorn, pytest, ruff and what they need",
};

type OnProgress = (text: string) => void;

/**
 * The interpreter that runs the embedded AWS.
 *
 * @throws PythonError when there is no Python for it, or pip fails; the message ends with what pip said
 */
export const embeddedPython = (onProgress?: OnProgress) => pythonEnvironment(EMBEDDED, onProgress);

/** The interpreter that runs the dashboard. @throws PythonError as `embeddedPython` */
export const dashboardPython = (onProgress?: OnProgress, signal?: AbortSignal) =>
  pythonEnvironment(DASHBOARD, onProgress, signal);

/** The interpreter that runs the dashboard's tests and linter. @throws PythonError as `embeddedPython` */
export const dashboardDevPython = (onProgress?: OnProgress) => pythonEnvironment(DASHBOARD_DEV, onProgress);
