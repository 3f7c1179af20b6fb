import Glibc

/// What a fuzzer feeds: `message`, `stream`, `engine`, `capture`.
enum FuzzTarget: String, CaseIterable {
    case message, stream, engine, capture

    func run(_ octets: [UInt8]) {
        switch self {
        case .message: MessageFuzzing.run(octets)
        case .stream: StreamFuzzing.run(octets)
        case .engine:
            var fuzzing = EngineFuzzing(octets)
            fuzzing.run()
        case .capture: CaptureFuzzing.run(octets)
        }
    }

    /// libFuzzer calls a function without a context: which it is to be is told once, before it begins.
    nonisolated(unsafe) static var chosen = FuzzTarget.message
}

@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The package manager gives the main function this name.
@_cdecl("Fuzz_main")
public func start(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    let name = unsafe getenv("TSUNAGI_FUZZ").map { unsafe String(cString: $0) } ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
        print("fuzz: TSUNAGI_FUZZ is to be one of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
        return 2
    }
    unsafe FuzzTarget.chosen = target
    var (count, arguments) = unsafe (count, arguments)
    return unsafe runFuzzer(&count, &arguments) { octets, size in
        unsafe FuzzTarget.chosen.run(Array(UnsafeBufferPointer(start: octets, count: size)))
        return 0
    }
}

/// What must hold of whatever is fed in; the fuzzer keeps what breaks it.
func must(_ holds: Bool, _ text: @autoclosure () -> String) {
    if !holds { fatalError(text()) }
}
