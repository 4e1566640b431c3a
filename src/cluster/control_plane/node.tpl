{{ $now := Now }}
{{ $conditions := .status.conditions }}
conditions:
{{ range NodeConditions }}
{{ $type := .type }}{{ $status := .status }}{{ $since := $now }}
{{ range $conditions }}{{ if and (eq .type $type) (eq .status $status) .lastTransitionTime }}{{ $since = .lastTransitionTime }}{{ end }}{{ end }}
- type: {{ .type | Quote }}
  status: {{ .status | Quote }}
  reason: {{ .reason | Quote }}
  message: {{ .message | Quote }}
  lastHeartbeatTime: {{ $now | Quote }}
  lastTransitionTime: {{ $since | Quote }}
{{ end }}
phase: Running
