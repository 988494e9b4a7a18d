export { RemoteState, type RemoteStateEndpoint, type RemoteStateProps } from "./remote-state";
