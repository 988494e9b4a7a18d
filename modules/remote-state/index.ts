export {
  RemoteState,
  type RemoteStateEndpoint,
  type RemoteStateProps,
  type RoleByToken,
} from "./remote-state";
