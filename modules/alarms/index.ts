export {
  AlarmTopic,
  type AlarmTopicProps,
  AlarmTopicReference,
  type AlarmTopicReferenceProps,
} from "./alarm-topic";
export { MetricAlarm, type MetricAlarmProps } from "./metric-alarm";
