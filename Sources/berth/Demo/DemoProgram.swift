/// The program that the demo runs: a training that counts steps, and leaves a checkpoint when it is asked to stop.
enum DemoProgram {
  static let text = """
    #!/bin/sh
    # train STEPS: goes on from the step that the last attempt left.
    # What the shell has to say of a child that was told to stop is nobody's business.
    exec 2>/dev/null
    step=${BERTH_CHECKPOINT:-0}
    [ "$step" -gt 0 ] && echo "going on from a checkpoint"
    trap 'echo "$step" >"$BERTH_CHECKPOINT_FILE"; echo "told to stop: checkpoint written"; exit 0' TERM
    while [ "$step" -lt "$1" ]; do
      sleep 0.05 & wait $!
      step=$((step + 1))
    done
    echo "trained to step $step"

    """
}
