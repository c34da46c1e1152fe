// A convolution in Halide, scheduled by one of its autoschedulers.
//
//   peer_halide OUT SCHEDULER PLUGIN THREADS LAYOUT AXES ACTIVATION BIAS \
//       N C H W O GROUPS KH KW SH SW DH DW TOP LEFT P Q
//
// Writes OUT.o and OUT.txt (the schedule). The function is "halide_kernel",
// of input, weights, bias and output; LAYOUT is "first" or "last". Versions
// 14 and later of Halide.
#include <Halide.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

using namespace Halide;

namespace
{

struct Request {
    std::string out, scheduler, plugin, threads, layout;
    int axes;
    std::string activation;
    bool has_bias;
    int n, c, h, w, o, groups, kh, kw, sh, sw, dh, dw, top, left, p, q;
};

// The command line; the shape is the last words.
Request parse(char **words)
{
    Request r;
    r.out = words[1];
    r.scheduler = words[2];
    r.plugin = words[3];
    r.threads = words[4];
    r.layout = words[5];
    r.axes = std::atoi(words[6]);
    r.activation = words[7];
    r.has_bias = std::atoi(words[8]);
    int *const numbers[] = {&r.n, &r.c, &r.h, &r.w, &r.o, &r.groups, &r.kh,
        &r.kw, &r.sh, &r.sw, &r.dh, &r.dw, &r.top, &r.left, &r.p, &r.q};
    for (int i = 0; i < 16; i++)
        *numbers[i] = std::atoi(words[9 + i]);
    return r;
}

// Coordinates of a tensor, fastest first: columns, rows (of images), channels
// and images; or channels first.
template <class T>
std::vector<T> place(const Request &r, T column, T row, T channel, T image)
{
    std::vector<T> at;
    if (r.layout == "last")
        at.push_back(channel);
    at.push_back(column);
    if (r.axes == 2)
        at.push_back(row);
    if (r.layout != "last")
        at.push_back(channel);
    at.push_back(image);
    return at;
}

// Fix extents and strides, and tell the autoscheduler of them.
template <class T> void fix(T &buffer, const std::vector<int> &extents)
{
    int stride = 1;
    for (int i = 0; i < (int)extents.size(); i++) {
        buffer.dim(i).set_bounds(0, extents[i]).set_stride(stride);
        buffer.dim(i).set_estimate(0, extents[i]);
        stride *= extents[i];
    }
}

// The extents of weights in memory, fastest first.
std::vector<int> weight_extents(const Request &r, bool is_depthwise)
{
    std::vector<int> taps = {r.kw}, at;
    if (r.axes == 2)
        taps.push_back(r.kh);
    if (r.layout == "last") {
        at.push_back(r.o);
        if (!is_depthwise)
            at.push_back(r.c);
        at.insert(at.end(), taps.begin(), taps.end());
        return at;
    }
    at = taps;
    if (!is_depthwise)
        at.push_back(r.c);
    at.push_back(r.o);
    return at;
}

// Coordinates of a weight.
std::vector<Expr> weight_at(
    const Request &r, bool is_depthwise, const RDom &taps, Expr channel)
{
    std::vector<Expr> at;
    if (r.layout == "last") {
        at.push_back(channel);
        if (!is_depthwise)
            at.push_back(taps.z);
    }
    at.push_back(taps.x);
    if (r.axes == 2)
        at.push_back(taps.y);
    if (r.layout != "last") {
        if (!is_depthwise)
            at.push_back(taps.z);
        at.push_back(channel);
    }
    return at;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 25) {
        std::cerr << "wrong number of words\n";
        return 2;
    }
    Request r = parse(argv);
    bool is_depthwise = r.groups == r.c && r.groups == r.o;
    std::vector<int> w_extents = weight_extents(r, is_depthwise);
    ImageParam x(Float(32), r.axes + 2, "x"), b(Float(32), 1, "b");
    ImageParam w(Float(32), (int)w_extents.size(), "w");
    Var i("i"), j("j"), channel("channel"), image("image");
    std::vector<Var> vars = place(r, j, i, channel, image);

    Region inside;
    for (int extent : place(r, r.w, r.h, r.c, r.n))
        inside.push_back(Range(0, extent));
    Func padded = BoundaryConditions::constant_exterior(x, Expr(0.0f), inside);

    RDom taps(0, r.kw, 0, r.kh, 0, is_depthwise ? 1 : r.c);
    Expr source = is_depthwise ? Expr(channel) : Expr(taps.z);
    std::vector<Expr> at = place<Expr>(r, j * r.sw + taps.x * r.dw - r.left,
        i * r.sh + taps.y * r.dh - r.top, source, image);
    Func sum("sum"), y("y");
    sum(vars) = r.has_bias ? b(channel) : Expr(0.0f);
    sum(vars) += w(weight_at(r, is_depthwise, taps, channel)) * padded(at);
    Expr result = sum(std::vector<Expr>(vars.begin(), vars.end()));
    if (r.activation == "relu")
        result = max(result, 0.0f);
    if (r.activation == "silu")
        result = result / (1.0f + exp(-result));
    y(vars) = result;

    fix(x, place(r, r.w, r.h, r.c, r.n));
    fix(w, w_extents);
    fix(b, {r.o});
    std::vector<int> extents = place(r, r.q, r.p, r.o, r.n);
    OutputImageParam out = y.output_buffer();
    int stride = 1;
    for (int k = 0; k < (int)extents.size(); k++) {
        out.dim(k).set_bounds(0, extents[k]).set_stride(stride);
        y.set_estimate(vars[k], 0, extents[k]);
        stride *= extents[k];
    }

    Target target = get_host_target();
    Pipeline pipeline(y);
    load_plugin(r.plugin);
#if defined HALIDE_VERSION_MAJOR && HALIDE_VERSION_MAJOR >= 15
    AutoschedulerParams params(r.scheduler, {{"parallelism", r.threads}});
    auto results = pipeline.apply_autoscheduler(target, params);
#else
    MachineParams params(std::atoi(r.threads.c_str()), 2 << 20, 40);
    auto results = pipeline.auto_schedule(r.scheduler, target, params);
#endif
    std::ofstream(r.out + ".txt") << results.schedule_source;
    pipeline.compile_to_object(r.out, {x, w, b}, "halide_kernel", target);
    return 0;
}
